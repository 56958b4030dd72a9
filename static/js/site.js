/* Progressive enhancement only: every page works without this file.
   Where a chart nears the screen, Plotly is loaded once and covers the SVG that the server drew. Hover or tap fills
   the line under the chart; nothing here navigates, and a wheel or a finger scrolls the page as anywhere else. */
(() => {
  'use strict';
  const script = document.currentScript;
  const root = document.documentElement;
  root.classList.add('js');

  // Plotly asks its maker's server for a world map, even beside a GeoJSON of one's own. Empty ones stop that.
  const empty = { type: 'Topology', objects: {}, arcs: [] };
  window.PlotlyGeoAssets = { topojson: { world_110m: empty, usa_110m: empty } };

  const CONFIG = { displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false, staticPlot: false };
  const CLEAR = 'rgba(0,0,0,0)';
  const isDark = matchMedia('(prefers-color-scheme: dark)');
  const isNarrowMap = matchMedia('(max-width: 47.99rem)');
  const isNarrowTime = matchMedia('(max-width: 59.99rem)');
  const token = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

  let library;
  function loadPlotly() {
    library ??= new Promise((resolve, reject) => {
      const tag = document.createElement('script');
      tag.src = script.dataset.plotly;
      tag.onload = () => resolve(window.Plotly);
      tag.onerror = () => reject(new Error('The chart library did not load.'));
      document.head.append(tag);
    });
    return library;
  }

  /** Steps of equal width, one a class of shading, as Plotly's colour scale. */
  function steps(colours) {
    return colours.flatMap((colour, i) => [[i / colours.length, colour], [(i + 1) / colours.length, colour]]);
  }

  /** A trace with the colours of the page. */
  function coloured(trace) {
    const meta = trace.meta;
    if (meta.role === 'areas' || meta.role === 'context') {
      const tokens = meta.role === 'areas' ? ['ramp-0', 'ramp-1', 'ramp-2', 'ramp-3'] : ['surface', 'surface'];
      return { ...trace, colorscale: steps(tokens.map(token)), marker: { line: { color: token('bg'), width: 1 } } };
    }
    if (meta.role === 'labels') {
      const color = token(meta.kind === 'town' ? 'ink' : 'ink-2');
      return { ...trace, textfont: { ...trace.textfont, family: token('sans'), weight: meta.kind === 'town' ? 600 : 400, color } };
    }
    const color = token(`st-${meta.status}`);
    const line = meta.isOpen ? { color, width: meta.isQuiet ? 1 : 1.75 } : { color: token('bg'), width: meta.line ?? 1 };
    return { ...trace, marker: { ...trace.marker, color, line } };
  }

  function hoverLabel() {
    const font = { family: token('sans'), size: 14, color: token('ink') };
    return { bgcolor: token('bg'), bordercolor: token('control'), align: 'left', font };
  }

  function mapFigure(figure, chart) {
    const layout = isNarrowMap.matches ? 'narrow' : 'wide';
    const scale = isNarrowMap.matches ? figure.layout.meta.narrowMarks : 1;
    const data = figure.data
      .filter((trace) => trace.meta.role !== 'labels' || trace.meta.layout === layout)
      .map((trace) => (trace.meta.role === 'marks'
        ? { ...trace, marker: { ...trace.marker, size: trace.marker.size * scale } } : trace))
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
    const data = figure.data.map((trace) => {
      const { x, y, size } = isNarrow ? trace.meta.narrow : { x: trace.x, y: trace.y, size: trace.marker.size };
      const meta = { ...trace.meta, line: 0 };
      return coloured({ ...trace, x, y, meta, marker: { ...trace.marker, size: size * factor } });
    });
    const words = (size, color) => ({ family: token('sans'), size: size * factor, color: token(color) });
    return {
      data,
      layout: {
        ...form, width: chart.clientWidth, height: chart.clientHeight, paper_bgcolor: CLEAR, plot_bgcolor: CLEAR,
        hoverlabel: hoverLabel(), margin: { ...form.margin, b: form.margin.b * factor },
        xaxis: { ...form.xaxis, linecolor: token('ink'), tickcolor: token('control'), tickfont: words(12, 'ink-2') },
        annotations: form.annotations.map((note) => ({ ...note, font: words(note.font.size, 'ink') })),
        shapes: form.shapes.map((line) => ({ ...line, line: { ...line.line, color: token('control') } })),
      },
    };
  }

  /** Fill the line under the chart from a point's [name, sentence, url]. */
  function select(chart, event) {
    const line = document.getElementById(chart.dataset.selection);
    const point = event.points?.[0]?.customdata;
    if (!line || !point) return;
    const [name, sentence, url] = point;
    const link = document.createElement('a');
    link.href = url;
    link.textContent = name;
    line.replaceChildren(link, sentence ? `: ${sentence}.` : '');
  }

  function start(chart, figure) {
    const plot = chart.querySelector('.plot');
    const build = chart.classList.contains('chart-time') ? timeFigure : mapFigure;
    let width = 0;
    let isListening = false;
    let timer;

    async function draw() {
      width = chart.clientWidth;
      if (!width) return;
      try {
        const [plotly] = await Promise.all([loadPlotly(), document.fonts.ready]);
        const { data, layout } = build(figure, chart);
        await plotly.react(plot, data, layout, CONFIG);
        markUnchecked(plot, data);
        chart.classList.add('is-drawn');
        if (isListening) return;
        isListening = true;
        plot.on('plotly_hover', (event) => select(chart, event));
        plot.on('plotly_click', (event) => select(chart, event));
      } catch {
        // The SVG beneath says the same and stays.
        plot.replaceChildren();
        chart.classList.remove('is-drawn');
      }
    }

    draw();
    isDark.addEventListener('change', draw);
    new ResizeObserver(() => {
      if (chart.clientWidth === width) return;
      clearTimeout(timer);
      timer = setTimeout(draw, 120);
    }).observe(chart);
  }

  /** Plotly has no dotted ring, so "not yet checked" gets its dots from the stylesheet. */
  function markUnchecked(plot, data) {
    const traces = data.filter((trace) => trace.type === 'scattergeo');
    plot.querySelectorAll('.scatterlayer .trace.scattergeo').forEach((group, i) => {
      group.classList.toggle('is-unchecked', traces[i]?.meta.status === 'unchecked');
    });
  }

  const savesData = navigator.connection?.saveData || matchMedia('(prefers-reduced-data: reduce)').matches;
  if (savesData || !script.dataset.plotly || !('IntersectionObserver' in window)) return;
  const near = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      near.unobserve(entry.target);
      const source = document.getElementById(entry.target.dataset.figure);
      if (source) start(entry.target, JSON.parse(source.textContent));
    });
  }, { rootMargin: '400px' });
  document.querySelectorAll('.chart[data-figure]').forEach((chart) => near.observe(chart));
})();
