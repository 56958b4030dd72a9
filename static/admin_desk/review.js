// Bringing in a sheet: the file may be dropped, what its name says is filled in, and a long wait is said.
'use strict';
{
  const readsName = (form) => {
    const file = form.querySelector('input[type=file]');
    const says = document.getElementById('name-says');
    const most = Number(form.dataset.most);
    const filled = {}; // what a file's name has put into a field: another name may put something else there
    let asked = 0;

    const fill = (name, value) => {
      const field = form.elements[name];
      if (field.value && field.value !== filled[name]) return;
      field.value = value;
      filled[name] = value;
    };

    const read = async () => {
      const mine = ++asked;
      says.textContent = '';
      const chosen = file.files[0];
      if (!chosen) return;
      if (chosen.size > most) {
        file.value = '';
        says.textContent = `${chosen.name} has more than ${most / 1e6} MB. ICE’s workbooks have less than one.`;
        return;
      }
      let answer;
      try {
        const response = await fetch(`${form.dataset.readsName}?${new URLSearchParams({ q: chosen.name })}`);
        answer = await response.json();
      } catch {
        return; // signed out, or away: sending the form tells
      }
      if (mine !== asked) return;
      says.textContent = answer.words;
      for (const name of ['list', 'published_on', 'half_day']) fill(name, answer[name]);
    };

    file.addEventListener('change', read);
    const row = form.querySelector('.drop');
    const over = (is) => row.classList.toggle('over', is);
    for (const kind of ['dragenter', 'dragover']) {
      row.addEventListener(kind, (event) => {
        event.preventDefault();
        over(true);
      });
    }
    row.addEventListener('dragleave', () => over(false));
    row.addEventListener('drop', (event) => {
      event.preventDefault();
      over(false);
      if (!event.dataTransfer.files.length) return;
      file.files = event.dataTransfer.files;
      read();
    });
    if (file.files.length) read(); // kept by the browser over a reload
  };

  const saysWait = (form) => {
    const said = document.createElement('p');
    said.className = 'wait';
    said.setAttribute('role', 'status');
    form.append(said);
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) {
        event.preventDefault(); // pressed twice
        return;
      }
      form.dataset.sent = 'yes';
      said.textContent = form.dataset.wait;
    });
    window.addEventListener('pageshow', () => {
      delete form.dataset.sent;
      said.textContent = '';
    });
  };

  document.querySelectorAll('form[data-reads-name]').forEach(readsName);
  document.querySelectorAll('form[data-wait]').forEach(saysWait);
  // A link into a group that is folded opens it.
  const unfold = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === 'DETAILS') target.open = true;
  };
  window.addEventListener('hashchange', unfold);
  unfold();
}
