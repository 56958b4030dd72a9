// Names for what select2 puts in the place of an autocomplete field: it leaves the field's label behind.
'use strict';
{
  const name = (select) => {
    const label = select.labels && select.labels[0];
    const box = select.nextElementSibling;
    if (!label || !box || !box.classList.contains('select2-container')) return;
    const text = label.textContent.trim().replace(/:$/, '');
    const parts = box.querySelectorAll('.select2-selection, .select2-search__field, [role=textbox]');
    for (const part of parts) {
      part.setAttribute('aria-label', text);
      part.removeAttribute('aria-labelledby');
    }
  };

  // After select2, which waits for the page as well.
  window.addEventListener('load', () => document.querySelectorAll('select.admin-autocomplete').forEach(name));
}
