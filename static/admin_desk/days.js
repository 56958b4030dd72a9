// Says beneath a field of days how its text is read, while one types. Without it the form says so when it is saved.
'use strict';
{
  const PAUSE = 250;

  const watch = (field) => {
    const said = document.createElement('output');
    said.className = 'help read-days';
    said.setAttribute('for', field.id);
    said.setAttribute('aria-live', 'polite');
    field.insertAdjacentElement('afterend', said);
    let asked = 0;
    let timer;

    const ask = async () => {
      const mine = ++asked;
      const text = field.value.trim();
      if (!text) return;
      let answer;
      try {
        const response = await fetch(`${field.dataset.readAt}?${new URLSearchParams({ q: text })}`);
        answer = await response.json();
      } catch {
        return; // signed out, or away: saving tells
      }
      if (mine === asked) said.textContent = answer.words ? `Read as: ${answer.words}` : answer.error;
    };

    field.addEventListener('input', () => {
      // What stands there is of another text.
      asked += 1;
      said.textContent = '';
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
    ask();
  };

  document.addEventListener('DOMContentLoaded', () => {
    [...document.querySelectorAll('input[data-read-at]')].filter((field) => !field.closest('.empty-form')).forEach(watch);
  });
  document.addEventListener('formset:added', (event) => {
    event.target.querySelectorAll('input[data-read-at]').forEach(watch);
  });
}
