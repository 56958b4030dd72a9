// Keeps what is typed into a form until it is saved: an expired login or a closed tab loses nothing. Kept in this
// browser, for the editor who typed it, and never a password or a token. Forgotten after a save and at signing out.
'use strict';
{
  const PREFIX = 'desk:';
  const DAYS = 7;
  const SAVED = 'desk_saved';
  const note = document.getElementById('keep');
  const form = note && document.getElementById(note.dataset.form);

  const entries = () => Object.keys(localStorage).filter((each) => each.startsWith(PREFIX));
  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };

  document.getElementById('logout-form')?.addEventListener('submit', () => entries().forEach((each) => localStorage.removeItem(each)));

  // What the server says is saved, and what nobody came back for, is forgotten.
  const saved = document.cookie.match(new RegExp(`(?:^|; )${SAVED}=([A-Za-z0-9]+)`))?.[1];
  for (const each of entries()) {
    const entry = read(each);
    if (!entry || entry.token === saved || Date.now() - entry.at > DAYS * 86400000) localStorage.removeItem(each);
  }

  if (form) {
    const key = `${PREFIX}${note.dataset.user}:${location.pathname}`;
    const token = document.createElement('input');
    token.type = 'hidden';
    token.name = '_kept';
    token.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    form.append(token);

    const fields = () => [...form.elements].filter((each) => each.name && !each.disabled
      && !['password', 'file', 'submit', 'button', 'reset'].includes(each.type)
      && !['csrfmiddlewaretoken', '_kept', '_popup', '_to_field'].includes(each.name) && !each.name.includes('__prefix__'));
    const values = () => fields().map((each) => ({
      name: each.name,
      value: ['checkbox', 'radio'].includes(each.type) ? [each.value, each.checked] : each.value,
      words: each.matches('select') ? each.selectedOptions[0]?.textContent : undefined,
    }));
    const asText = (list) => JSON.stringify(list.map(({ name, value }) => [name, value]));

    let untouched;
    const keep = (isSent) => {
      const now = values();
      if (!isSent && asText(now) === untouched) return;
      const entry = { at: Date.now(), token: token.value, isSent, values: now };
      try {
        localStorage.setItem(key, JSON.stringify(entry));
      } catch {
        // no room, or not allowed: then nothing is kept
      }
    };

    // Sources that were added get their place again before they are filled in.
    const addRows = (list) => {
      for (const { name, value } of list.filter((each) => each.name.endsWith('-TOTAL_FORMS'))) {
        const total = document.getElementById(`id_${name}`);
        const add = document.querySelector(`#${name.replace('-TOTAL_FORMS', '')}-group .add-row a`);
        while (total && add && Number(total.value) < Number(value) && Number(value) < 50) add.click();
      }
    };
    const fill = (own, { value, words }) => {
      if (Array.isArray(value)) own.checked = value[1];
      else {
        if (own.matches('select') && ![...own.options].some((each) => each.value === value)) own.append(new Option(words, value));
        own.value = value;
      }
      own.dispatchEvent(new Event('input', { bubbles: true }));
      own.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const restore = (list) => {
      addRows(list);
      const here = fields();
      for (const each of list) {
        const isSame = (own) => own.name === each.name && (!Array.isArray(each.value) || own.value === each.value[0]);
        const own = here.find(isSame);
        // How many rows there are is for the page to say.
        if (own && !each.name.endsWith('_FORMS')) fill(own, each);
      }
    };

    const offer = (entry) => {
      const at = new Date(entry.at);
      const isToday = at.toDateString() === new Date().toDateString();
      const when = at.toLocaleString('en-US', isToday ? { timeStyle: 'short' } : { dateStyle: 'long', timeStyle: 'short' });
      const words = document.createElement('p');
      const press = (label, act) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'button';
        button.textContent = label;
        button.addEventListener('click', act);
        return button;
      };
      const close = () => { note.hidden = true; note.replaceChildren(); };
      const discard = press('Discard', () => { localStorage.removeItem(key); close(); });
      note.setAttribute('role', 'status');
      if (entry.isSent && /\/(login|sign-in)\//.test(document.referrer)) {
        restore(entry.values);
        words.textContent = `You were signed out. What you had typed at ${when} is back; it is not saved yet.`;
        note.replaceChildren(words, press('Close', close));
      } else {
        words.textContent = `You had typed something here at ${when} that was not saved.`;
        note.replaceChildren(words, press('Restore', () => { restore(entry.values); close(); }), discard);
      }
      note.hidden = false;
    };

    // After the admin's own scripts have made its rows.
    window.django.jQuery(() => {
      untouched = asText(values());
      const entry = read(key);
      if (entry && !('bound' in note.dataset)) {
        if (asText(entry.values) === untouched) localStorage.removeItem(key);
        else offer(entry);
      }
      let timer;
      const soon = () => { clearTimeout(timer); timer = setTimeout(() => keep(false), 300); };
      window.django.jQuery(form).on('input change', soon);
      form.addEventListener('submit', () => { clearTimeout(timer); keep(true); });
      window.addEventListener('pagehide', () => keep(read(key)?.token === token.value && read(key).isSent));
    });
  }
}
