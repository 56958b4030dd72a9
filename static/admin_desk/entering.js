// The form of an event: fields that belong to its kind alone, letters left, the way from a message to its field.
'use strict';
{
  const form = document.getElementById('event_form');
  const $ = window.django.jQuery; // select2 tells of a choice through jQuery alone, which hears the browser's events too

  // A field of other kinds is hidden while it is empty: what is filled in or wrong stays to be seen.
  const fitToKind = (kind) => {
    for (const name of ['votes_for', 'scheduled_for', 'suit']) {
      const own = document.getElementById(`id_${name}`);
      const part = own?.closest('.form-row');
      const block = name === 'votes_for' ? [...form.querySelectorAll('.fieldBox.field-votes_for, .fieldBox.field-votes_against, .fieldBox.field-votes_absent')] : [part];
      const kinds = kind.dataset[name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())].split(' ');
      const isUsed = block.some((each) => each && ([...each.querySelectorAll('input, select')].some((field) => field.value) || each.querySelector('.errorlist')));
      block.forEach((each) => { if (each) each.hidden = !kinds.includes(kind.value) && !isUsed; });
    }
    const votes = document.getElementById('id_votes_for')?.closest('fieldset');
    if (votes) votes.hidden = [...votes.querySelectorAll('.fieldBox, .form-row.field-suit')].every((each) => each.hidden);
  };

  const count = (text) => {
    const most = Number(text.dataset.most);
    const left = document.createElement('output');
    left.className = 'help counter';
    left.id = `${text.id}_left`;
    left.htmlFor.add(text.id);
    text.insertAdjacentElement('afterend', left);
    const hints = document.createElement('div');
    hints.id = 'summary-hints';
    left.insertAdjacentElement('afterend', hints);
    text.setAttribute('aria-describedby', [text.getAttribute('aria-describedby'), left.id, hints.id].filter(Boolean).join(' '));
    const say = () => {
      const free = most - text.value.length;
      left.textContent = free < 0 ? `${-free} characters too many` : `${free} of ${most} characters left`;
      left.classList.toggle('is-over', free < 0);
      // Spoken only near the end: every letter would be too much.
      left.setAttribute('aria-live', free < 30 ? 'polite' : 'off');
    };
    text.addEventListener('input', say);
    say();
  };

  // The select2 that stands for a select: what can be seen and focused.
  const shown = (field) => field?.nextElementSibling?.querySelector?.('.select2-selection') || field;

  const goTo = (id) => {
    const field = shown(document.getElementById(id));
    if (!field) return false;
    const folded = field.closest('details');
    if (folded) folded.open = true;
    if (!field.matches('input, select, textarea, [tabindex]')) field.tabIndex = -1;
    field.focus();
    field.scrollIntoView({ block: 'center' });
    return true;
  };

  if (form) {
    const kind = document.getElementById('id_kind');
    document.querySelectorAll('[data-most]').forEach(count);
    if (kind?.dataset.votesFor) {
      $(form).on('change', '#id_kind', () => fitToKind(kind));
      fitToKind(kind);
    }
    document.getElementById('problems')?.addEventListener('click', (event) => {
      const link = event.target.closest('a');
      if (link && goTo(link.hash.slice(1))) event.preventDefault();
    });
    // Opened by the keyboard, a list of choices takes the typing at once.
    $(document).on('select2:open', () => {
      const search = document.querySelector('.select2-container--open .select2-search__field');
      search?.setAttribute('aria-label', 'Type a name');
      search?.focus();
    });
    // After select2, which begins when the page is read too, and was asked first.
    $(() => {
      const problems = document.getElementById('problems');
      if (problems) problems.focus();
      else shown(document.getElementById('id_about'))?.focus();
    });
  }
}
