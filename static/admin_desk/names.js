// Gives the autocomplete fields, which a script of the admin puts in the place of selects, the names of their labels.
'use strict';
{
  let number = 0;

  const name = (root) => {
    for (const select of root.querySelectorAll('select.admin-autocomplete')) {
      const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
      const shown = select.nextElementSibling?.querySelector('.select2-selection');
      if (!shown) continue;
      if (label) {
        label.id ||= `desk-label-${++number}`;
        const value = shown.querySelector('[id]')?.id;
        shown.setAttribute('aria-labelledby', value ? `${label.id} ${value}` : label.id);
        const typed = shown.querySelector('[role="textbox"], .select2-search__field'); // where several can be chosen
        typed?.setAttribute('aria-labelledby', label.id);
      } else {
        shown.removeAttribute('aria-labelledby');
        shown.setAttribute('aria-label', select.name.split('-').pop().replaceAll('_', ' '));
      }
    }
  };

  // Whenever one is put in the place of a select: at the start, and in each row that is added.
  const isField = (node) => node.classList?.contains('select2-container') || node.querySelector?.('.select2-container');
  new MutationObserver((changes) => {
    if (changes.some((change) => [...change.addedNodes].some(isField))) name(document);
  }).observe(document.documentElement, { childList: true, subtree: true });
  name(document);
}
