// Shows beside the form how it will be printed, a moment after typing stops. Without it a button does.
'use strict';
{
  const PAUSE = 400;
  const panel = document.getElementById('preview');
  const form = document.getElementById('event_form');

  if (panel && form) {
    const shown = document.getElementById('preview-shown');
    const button = panel.querySelector('button');
    let asked = null;
    let timer;

    const say = (words) => {
      const line = document.createElement('p');
      line.textContent = words;
      shown.replaceChildren(line);
    };

    const ask = async () => {
      asked?.abort();
      const mine = new AbortController();
      asked = mine;
      let answer;
      let html;
      try {
        answer = await fetch(panel.dataset.url, { method: 'POST', body: new FormData(form), signal: mine.signal });
        html = await answer.text();
      } catch (error) {
        if (error.name !== 'AbortError') say('No preview: the site cannot be reached. What you typed is kept here.');
        return;
      }
      if (answer.redirected) say('You are signed out. What you typed is kept here: sign in, and it is offered to you again.');
      else if (!answer.ok) say('No preview: reload the page. What you typed is offered to you again.');
      else show(html);
    };

    // The answer is our own template's: every value in it is escaped there.
    const show = (html) => {
      const part = document.createElement('template');
      part.innerHTML = html;
      const hints = part.content.querySelector('.hints');
      const place = document.getElementById('summary-hints');
      if (place) place.replaceChildren(...(hints ? [hints] : []));
      if (!part.content.textContent.trim()) return say('Nothing is wrong so far.');
      return shown.replaceChildren(part.content);
    };

    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    };

    // select2 tells of a choice through jQuery alone.
    window.django.jQuery(form).on('input change', soon);
    document.addEventListener('formset:added', soon);
    document.addEventListener('formset:removed', soon);
    button.addEventListener('click', (event) => {
      event.preventDefault();
      clearTimeout(timer);
      ask();
    });
    if (document.querySelector('#keep:not([data-bound])') && form.querySelector('#id_summary')?.value) ask();
  }
}
