/* Progressive enhancement only: every page works without this file, with plain links and forms.
   Charts: where one nears the screen, Plotly is loaded once and covers the SVG that the server drew. Hover or tap fills
   the line under it; nothing here navigates by itself, and a wheel or a finger scrolls the page as anywhere else.
   Pages: within [data-live], links and forms to the same page swap its [data-swap] elements in place. */
(() => {
  'use strict';
  const script = document.currentScript;
  const root = document.documentElement;
  if (!('IntersectionObserver' in window && 'ResizeObserver' in window && window.fetch && window.AbortController)) return;
  root.classList.add('js');

  // Plotly asks its maker's server for a world map, even beside a GeoJSON of one's own. Empty ones stop that.
  const empty = { type: 'Topology', objects: {}, arcs: [] };
  window.PlotlyGeoAssets = { topojson: { world_110m: empty, usa_110m: empty } };

  const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false, staticPlot: false };
  const CLEAR = 'rgba(0,0,0,0)';
  const isDark = matchMedia('(prefers-color-scheme: dark)');
  const isNarrowMap = matchMedia('(max-width: 35.99rem)');
  const isNarrowTime = matchMedia('(max-width: 59.99rem)');
  const isEnlargedTime = matchMedia('(min-width: 30rem)');
  const token = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();
  const byId = (id) => document.getElementById(id);

  /* ---- Charts ---- */

  let library;
  function loadPlotly() {
    library ??= new Promise((resolve, reject) => {
      const tag = document.createElement('script');
      tag.src = script.dataset.plotly;
      tag.onload = () => resolve(window.Plotly);
      tag.onerror = () => { library = undefined; reject(new Error('The chart library did not load.')); };
      document.head.append(tag);
    });
    return library;
  }

  const SHADES = {
    areas: ['ramp-0', 'ramp-1', 'ramp-2', 'ramp-3'], places: ['ramp-1', 'ramp-3'], ground: ['ramp-0'],
    near: ['surface'], context: ['surface'],
  };

  /** Steps of equal width, one a class of shading, as Plotly's colour scale. */
  const steps = (colours) => colours.flatMap((colour, i) => [[i / colours.length, colour], [(i + 1) / colours.length, colour]]);

  /** A trace with the colours of the page. */
  function coloured(trace) {
    const meta = trace.meta;
    if (meta.role in SHADES) {
      const edge = { areas: 'bg' }[meta.role] ?? 'rule';
      const line = { color: token(edge), width: meta.role === 'places' ? 0.75 : 1 };
      return { ...trace, colorscale: steps(SHADES[meta.role].map(token)), marker: { line } };
    }
    if (meta.role === 'labels') {
      const color = token(meta.kind === 'near' ? 'ink-2' : 'ink');
      const font = { family: token('sans'), weight: meta.kind === 'town' ? 600 : 400, color };
      return { ...trace, textfont: { ...trace.textfont, ...font } };
    }
    if (meta.role === 'leaders') return { ...trace, line: { color: token('control'), width: 1 } };
    const color = token(`st-${meta.status}`);
    if (!meta.isOpen) return { ...trace, marker: { ...trace.marker, color, line: { color: token('bg'), width: meta.line ?? 1 } } };
    // A hollow mark is a line around a ground, so that nothing beneath it shows through. Of Plotly's open symbols, which
    // have none, the line has the colour of the mark.
    const line = { color, width: meta.isQuiet ? 1 : 1.75 };
    return { ...trace, marker: { ...trace.marker, color: trace.marker.symbol.endsWith('-open') ? color : token('bg'), line } };
  }

  function hoverLabel() {
    const font = { family: token('sans'), size: 14, color: token('ink') };
    return { bgcolor: token('bg'), bordercolor: token('control'), align: 'left', font };
  }

  function mapFigure(figure, chart) {
    const layout = isNarrowMap.matches ? 'narrow' : 'wide';
    const form = figure.layout.meta[layout];
    const factor = chart.clientWidth / form.width;
    const data = figure.data
      .filter((trace) => !trace.meta.layout || trace.meta.layout === layout)
      .map((trace) => {
        if (trace.meta.role === 'labels') {
          const size = ['county', 'state', 'near'].includes(trace.meta.kind) ? form.area : form.font;
          return { ...trace, textfont: { size: size * factor } };
        }
        if (trace.meta.role !== 'marks') return trace;
        return { ...trace, marker: { ...trace.marker, size: trace.marker.size * form.marks * factor } };
      })
      .map(coloured);
    return {
      data,
      layout: {
        ...figure.layout, width: chart.clientWidth, height: chart.clientHeight, paper_bgcolor: CLEAR,
        hoverlabel: hoverLabel(), geo: { ...figure.layout.geo, bgcolor: CLEAR },
      },
    };
  }

  function timeFigure(figure, chart) {
    const isNarrow = isNarrowTime.matches;
    const form = isNarrow ? figure.layout.meta.narrow : figure.layout;
    const factor = chart.clientWidth / form.width;
    const data = figure.data
      .filter((trace) => trace.meta.layout === (isNarrow ? 'narrow' : 'wide'))
      .map((trace) => coloured({ ...trace, meta: { ...trace.meta, line: 0 }, marker: { ...trace.marker, size: trace.marker.size * factor } }));
    // The stylesheet draws the words of the phone's form smaller where a wider screen enlarges it.
    const fonts = isNarrow && isEnlargedTime.matches ? 9 / 13 : 1;
    const words = (size, color) => ({ family: token('sans'), size: size * factor * fonts, color: token(color) });
    return {
      data,
      layout: {
        ...form, width: chart.clientWidth, height: chart.clientHeight, paper_bgcolor: CLEAR, plot_bgcolor: CLEAR,
        hoverlabel: hoverLabel(), margin: { ...form.margin, b: form.margin.b * factor },
        xaxis: { ...form.xaxis, linecolor: token('ink'), tickcolor: token('control'), tickfont: words(13, 'ink-2') },
        annotations: form.annotations.map((note) => ({ ...note, font: words(note.font.size, 'ink') })),
        shapes: form.shapes.map((line) => ({ ...line, line: { ...line.line, color: token('control') } })),
      },
    };
  }

  /** Fill the line under the chart from a point's [name, sentence, url]. */
  function select(plot, event) {
    const line = byId(plot.closest('.chart')?.dataset.selection);
    const point = event.points?.[0]?.customdata;
    if (!line || !point) return;
    const [name, sentence, url] = point;
    const link = document.createElement('a');
    link.href = url;
    link.textContent = name;
    line.replaceChildren(link, sentence ? `: ${sentence}.` : '');
  }

  // The plot outlives the element around it when a page is swapped, so what is known of a chart is kept by its plot.
  const figures = new WeakMap();
  const plotOf = (chart) => chart.querySelector('.plot');

  async function draw(chart) {
    const plot = plotOf(chart);
    const url = chart.dataset.figureUrl;
    try {
      const known = figures.get(plot);
      const loaded = known?.url === url ? known.figure : fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)));
      const [plotly, figure] = await Promise.all([loadPlotly(), loaded, document.fonts.ready]);
      if (!chart.isConnected || chart.dataset.figureUrl !== url || !chart.clientWidth) return;
      figures.set(plot, { url, figure, width: chart.clientWidth });
      const { data, layout } = (chart.classList.contains('chart-time') ? timeFigure : mapFigure)(figure, chart);
      await plotly.react(plot, data, layout, CONFIG);
      markUnchecked(plot, data);
      chart.classList.add('is-drawn');
      if (known) return;
      plot.on('plotly_hover', (event) => select(plot, event));
      plot.on('plotly_click', (event) => select(plot, event));
    } catch {
      // The SVG beneath says the same and stays.
      chart.classList.remove('is-drawn');
    }
  }

  /** Plotly has no dotted ring, so "not yet checked" gets its dots from the stylesheet. */
  function markUnchecked(plot, data) {
    const traces = data.filter((trace) => trace.type === 'scattergeo');
    plot.querySelectorAll('.scatterlayer .trace.scattergeo').forEach((group, i) => {
      group.classList.toggle('is-unchecked', traces[i]?.meta.status === 'unchecked');
    });
  }

  const savesData = navigator.connection?.saveData || matchMedia('(prefers-reduced-data: reduce)').matches;
  const drawsCharts = !savesData && Boolean(script.dataset.plotly);
  const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => {
    const known = figures.get(plotOf(target));
    if (!known || known.width === target.clientWidth) return;
    clearTimeout(target.redraw);
    target.redraw = setTimeout(() => draw(target), 120);
  }));
  const near = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
    near.unobserve(target);
    draw(target).then(() => resized.observe(target));
  }), { rootMargin: '100px' });
  const charts = () => (drawsCharts ? document.querySelectorAll('.chart[data-figure-url]') : []);
  const startCharts = () => charts().forEach((chart) => near.observe(chart));
  isDark.addEventListener('change', () => charts().forEach((chart) => figures.has(plotOf(chart)) && draw(chart)));

  /* ---- The slider over the days on which something changed ---- */

  // Made at first use: it takes longer than all else that happens here while a page loads.
  let words;
  function inWords(day) {
    words ??= new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' });
    return words.format(new Date(`${day}T00:00:00Z`));
  }

  /** "2025-03-07 1 2s": a day, then the steps from each to the next in days, to the base of 36. */
  function unpacked(text) {
    const [first, ...gaps] = text.split(' ');
    let time = Date.parse(`${first}T00:00:00Z`);
    return [first, ...gaps.map((gap) => new Date(time += parseInt(gap, 36) * 864e5).toISOString().slice(0, 10))];
  }

  function startSlider() {
    const slide = byId('as-of-slide');
    const range = byId('as-of-range');
    if (!slide || !range) return;
    const days = unpacked(slide.dataset.days);
    const shown = byId('as-of').value;
    range.max = days.length - 1;
    range.value = days.findLastIndex((day) => day <= shown);
    range.setAttribute('aria-valuetext', byId('as-of-words').textContent);
    let timer;
    range.oninput = () => {
      const day = inWords(days[range.value]);
      byId('as-of-words').textContent = day;
      range.setAttribute('aria-valuetext', day);
    };
    range.onchange = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const url = new URL(location.href);
        url.searchParams.delete('page');
        url.searchParams.set('as_of', days[range.value]);
        if (+range.value === days.length - 1) url.searchParams.delete('as_of');
        url.hash = '';
        range.closest('[data-live]') ? go(url) : location.assign(url);
      }, 250);
    };
  }

  /* ---- Swapping in place ---- */

  let running;
  let here = location.pathname + location.search;

  async function go(url, isBack = false) {
    running?.abort();
    const mine = running = new AbortController();
    const live = document.querySelectorAll('[data-live]');
    live.forEach((part) => { part.classList.add('is-busy'); part.setAttribute('aria-busy', 'true'); });
    try {
      const answer = await fetch(url, { signal: mine.signal });
      const isPage = answer.headers.get('Content-Type')?.startsWith('text/html') && answer.status < 500;
      if (!isPage || new URL(answer.url).pathname !== location.pathname) throw new Error('Not this page.');
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (!page.querySelector('[data-live]')) throw new Error('Not this page.');
      if (!isBack) history.pushState({}, '', url);
      here = location.pathname + location.search;
      swap(page);
    } catch (error) {
      if (error.name !== 'AbortError') location.assign(url);
    } finally {
      if (running === mine) live.forEach((part) => { part.classList.remove('is-busy'); part.removeAttribute('aria-busy'); });
    }
  }

  function swap(page) {
    const focused = document.activeElement;
    const region = focused?.closest('[data-swap]');
    document.querySelectorAll('[data-swap][id]').forEach((old) => {
      const fresh = page.getElementById(old.id);
      if (!old.isConnected || !fresh) return;
      keepPlots(old, fresh);
      const asOf = fresh.querySelector('.asof') && old.querySelector('.asof');
      const sent = asOf && fresh.querySelector('.asof').cloneNode(true);
      if (asOf) fresh.querySelector('.asof').replaceWith(asOf);
      old.replaceWith(fresh);
      if (sent) page.body.append(sent);
    });
    syncAsOf(page);
    document.title = page.title;
    startCharts();
    refocus(focused, region);
    const said = page.querySelector('[data-announce]') ?? document.querySelector('[data-announce]');
    byId('announce')?.replaceChildren(said?.textContent.trim().replace(/\s+/g, ' ') ?? '');
  }

  /** Carry each drawn plot into the chart that takes its chart's place, so that Plotly changes it without a flash. */
  function keepPlots(old, fresh) {
    const within = (part) => (part.matches('.chart') ? [part] : [...part.querySelectorAll('.chart')]);
    within(fresh).forEach((chart) => {
      const before = within(old).find((each) => each.dataset.selection === chart.dataset.selection);
      if (!before || !figures.has(plotOf(before))) return;
      const isSameLand = before.querySelector('svg')?.getAttribute('viewBox') === chart.querySelector('svg')?.getAttribute('viewBox');
      plotOf(chart).replaceWith(plotOf(before));
      chart.classList.toggle('is-drawn', isSameLand && before.classList.contains('is-drawn'));
    });
  }

  /** Bring the form of the day, which stays in the page, to what the fetched page has in it. */
  function syncAsOf(page) {
    const [old, fresh] = [document.querySelector('.asof'), [...page.querySelectorAll('.asof')].at(-1)];
    if (!old || !fresh) return;
    const pair = (id) => [old.querySelector(id), fresh.querySelector(id)];
    const [day, newDay] = pair('#as-of');
    day.value = newDay.value;
    for (const id of ['#as-of-kept', '#as-of-note', '#as-of-words', '.ends']) {
      const [part, newPart] = pair(id);
      if (part && newPart) part.replaceWith(document.importNode(newPart, true));
    }
    const [slide, newSlide] = pair('#as-of-slide');
    if (slide && newSlide) slide.dataset.days = newSlide.dataset.days;
    startSlider();
  }

  /** Focus what had it before, or what has its words or its region's heading in its place. */
  function refocus(focused, region) {
    if (!region || focused.isConnected && document.activeElement === focused) return;
    const now = byId(region.id);
    const same = focused.id ? byId(focused.id) : [...now?.querySelectorAll('a, button') ?? []]
      .find((each) => each.textContent === focused.textContent);
    const target = same ?? now?.querySelector('h1, h2, h3');
    if (!target) return;
    if (!same) target.tabIndex = -1;
    target.focus({ preventScroll: Boolean(same) });
  }

  const isHere = (url) => url.origin === location.origin && url.pathname === location.pathname;

  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('[data-live] a[href]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.getAttribute('href'), location.href);
    if (!isHere(url) || url.hash || link.target || link.hasAttribute('download')) return;
    event.preventDefault();
    go(url);
  });

  document.addEventListener('submit', (event) => {
    const form = event.target;
    const url = new URL(form.getAttribute('action') ?? '', location.href);
    if (!form.closest('[data-live]') || form.method !== 'get' || !isHere(url)) return;
    event.preventDefault();
    url.search = new URLSearchParams([...new FormData(form, event.submitter)].filter(([, value]) => value));
    go(url);
  });

  addEventListener('popstate', () => {
    if (location.pathname + location.search !== here) go(new URL(location.href), true);
  });

  // In a task of its own, so that the first paint does not wait for it.
  setTimeout(() => { startCharts(); startSlider(); });
})();
