// Says beneath an address whether its source is known; the fields of a new one are shown where it is not.
'use strict';
{
  const PAUSE = 400;
  const NEW = ['title', 'publisher', 'source_kind', 'published'];
  const group = document.getElementById('citations-group');

  const watch = (row) => {
    const address = row.querySelector('input[name$="-address"]');
    if (!address || address.dataset.watched || row.classList.contains('empty-form')) return;
    address.dataset.watched = 'yes';
    const field = (name) => row.querySelector(`[name$="-${name}"]`);
    const said = document.createElement('output');
    said.className = 'help known-source';
    said.setAttribute('for', address.id);
    said.setAttribute('aria-live', 'polite');
    address.insertAdjacentElement('afterend', said);
    let asked = 0;
    let timer;

    // What is filled in or wrong stays to be seen.
    const fold = (isKnown) => {
      for (const name of NEW) {
        const own = field(name);
        const box = own?.closest('.form-multiline > div');
        if (!box) continue;
        box.hidden = isKnown && !own.value && !box.querySelector('.errorlist');
        const line = box.closest('.form-row');
        line.hidden = [...box.parentElement.children].every((each) => each.hidden);
      }
    };
    const ask = async () => {
      const mine = ++asked;
      const text = address.value.trim();
      if (!text) return;
      let answer;
      try {
        const response = await fetch(`${address.dataset.knownAt}?${new URLSearchParams({ address: text })}`);
        answer = await response.json();
      } catch {
        return; // signed out, or away: saving tells
      }
      if (mine !== asked) return;
      said.textContent = answer.error || answer.words;
      if (answer.address && document.activeElement !== address) address.value = answer.address;
      fold(Boolean(answer.is_known));
    };
    const settle = () => fold(!address.value.trim() && (Boolean(field('source')?.value) || row.classList.contains('has_original')));

    address.addEventListener('input', () => {
      asked += 1;
      said.textContent = '';
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
      settle();
    });
    address.addEventListener('blur', () => { clearTimeout(timer); ask(); });
    window.django.jQuery(field('source')).on('change', settle);
    settle();
    ask();
  };

  if (group) {
    document.addEventListener('DOMContentLoaded', () => group.querySelectorAll('.inline-related').forEach(watch));
    document.addEventListener('formset:added', (event) => { if (group.contains(event.target)) watch(event.target); });
  }
}
