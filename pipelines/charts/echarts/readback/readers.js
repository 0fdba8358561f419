// Part of readback.js: how the marks of each type of series are read. `put` takes a mark, and the
// element that its label hangs on.
  const readers = {
    bar(series, data, put) {
      const upright = series.coordinateSystem.getBaseAxis().isHorizontal();
      for (let i = 0; i < data.count(); i++) {
        const layout = data.getItemLayout(i);
        const el = data.getItemGraphicEl(i);
        if (!el || !layout || isNaN(layout.x + layout.y + layout.width + layout.height)) continue;
        const ends = upright ? [layout.y, layout.y + layout.height] : [layout.x, layout.x + layout.width];
        const corner = [layout.x + layout.width, layout.y + layout.height];
        put("bar", i, boxOfPoints([[layout.x, layout.y], corner]), ends.map(round), colourOf(el.style), "", el);
      }
    },
    line(series, data, put) {
      const points = data.getLayout("points") || [];
      const looks = [symbolOf(data), dashOf(series)].filter(Boolean).join(" ");
      for (let i = 0; i < data.count(); i++) {
        const [x, y] = [points[2 * i], points[2 * i + 1]];
        if (isNaN(x) || isNaN(y)) continue;
        const el = data.getItemGraphicEl(i);
        const box = el ? boxOf(firstPath(el)) : [x, y, x, y].map(round);
        put("point", i, box, [round(x), round(y)], colourOf(data.getVisual("style")), looks, el);
      }
    },
    scatter(series, data, put) {
      const looks = symbolOf(data);
      const sized = data.dimensions.length > 2;
      for (let i = 0; i < data.count(); i++) {
        const point = data.getItemLayout(i);
        const el = data.getItemGraphicEl(i);
        if (!point || !el || isNaN(point[0]) || isNaN(point[1])) continue;
        const measures = [round(point[0]), round(point[1])];
        const size = data.getItemVisual(i, "symbolSize");
        if (series.getRawValue(i).length > 2) measures.push(Array.isArray(size) ? size[0] : size);
        const path = firstPath(el);
        put("point", i, boxOf(path), measures, colourOf(path.style), looks, el);
      }
    },
    pie(series, data, put) {
      for (let i = 0; i < data.count(); i++) {
        const el = data.getItemGraphicEl(i);
        const layout = data.getItemLayout(i);
        if (!el || isNaN(layout.angle)) continue;
        put("slice", i, boxOf(el), ring(layout), colourOf(el.style), "", el);
      }
    },
    sunburst(series, data, put) {
      for (let i = 0; i < data.count(); i++) {
        const el = data.getItemGraphicEl(i);
        if (!el) continue;
        const parent = data.tree.getNodeByDataIndex(i).children.length > 0;
        if (parent) own(el.getTextContent(), "name", -1, data.getName(i), 0);
        put("sector", i, boxOf(el), ring(el.shape), colourOf(el.style), "", el, data.getName(i));
      }
    },
    funnel(series, data, put) {
      for (let i = 0; i < data.count(); i++) {
        const el = data.getItemGraphicEl(i);
        const layout = data.getItemLayout(i);
        if (!el || !layout) continue;
        const p = layout.points;
        const rows = [[p[0], p[1]], [p[3], p[2]]].map(([a, b]) => [Math.min(a[0], b[0]), Math.max(a[0], b[0])]);
        const wide = rows[0][1] - rows[0][0] >= rows[1][1] - rows[1][0] ? rows[0] : rows[1];
        put("funnel", i, boxOfPoints(p), wide.map(round), colourOf((firstPath(el) || el).style), "", el);
      }
    },
    radar(series, data, put, first) {
      const cs = series.coordinateSystem;
      const looks = [symbolOf(data), dashOf(series)].filter(Boolean).join(" ");
      for (let i = 0; i < data.count(); i++) {
        const points = data.getItemLayout(i) || [];
        const el = data.getItemGraphicEl(i);
        const style = data.getItemVisual(i, "style");
        const texts = [];
        if (el) el.traverse((child) => {
          if (!child.isGroup && child.__dimIdx !== undefined) texts[child.__dimIdx] = child;
        });
        cs.getIndicatorAxes().forEach((axis, k) => {
          const p = points[k];
          if (!p || isNaN(p[0])) return;
          const length = Math.hypot(p[0] - cs.cx, p[1] - cs.cy);
          const box = texts[k] ? boxOf(texts[k]) : [p[0], p[1], p[0], p[1]].map(round);
          put("spoke", k, box, [round(length), round(cs.r)], colourOf(style), looks, texts[k], null, first + i);
        });
      }
    },
    heatmap(series, data, put) {
      const dims = data.mapDimensionsAll ? [data.mapDimension("x"), data.mapDimension("y")] : [];
      for (let i = 0; i < data.count(); i++) {
        const el = data.getItemGraphicEl(i);
        if (!el) continue;
        const [column, row] = dims.map((dim) => data.get(dim, i));
        put("cell", column, boxOf(el), [], colourOf(el.style), "", el, null, row);
      }
    },
    boxplot(series, data, put) {
      const dim = series.getBaseAxis().isHorizontal() ? 1 : 0;
      for (let i = 0; i < data.count(); i++) {
        const el = data.getItemGraphicEl(i);
        const layout = data.getItemLayout(i);
        if (!el || !layout) continue;
        const e = layout.ends;
        const numbers = [8, 0, 12, 2, 10].map((k) => round(e[k][dim]));
        put("box", i, boxOfPoints(e), numbers, colourOf(el.style), "", el);
      }
    },
    candlestick(series, data, put) {
      const dim = series.getBaseAxis().isHorizontal() ? 1 : 0;
      for (let i = 0; i < data.count(); i++) {
        const el = data.getItemGraphicEl(i);
        const layout = data.getItemLayout(i);
        if (!el || !layout) continue;
        const e = layout.ends;
        const [top, bottom] = [e[0][dim], e[2][dim]];
        const body = layout.sign > 0 ? [bottom, top] : [top, bottom];
        const numbers = [...body, e[6][dim], e[4][dim]].map(round);
        put("candle", i, boxOfPoints(e), numbers, colourOf(el.style), "", el);
      }
    },
    custom(series, data, put) {
      for (let i = 0; i < data.count(); i++) {
        const el = data.getItemGraphicEl(i);
        if (!el || el.type !== "rect") continue;
        const shape = el.shape;
        const box = boxOfPoints([[shape.x, shape.y], [shape.x + shape.width, shape.y + shape.height]]);
        put("bar", i, box, [round(shape.y + shape.height), round(shape.y)], colourOf(el.style), "", el);
      }
    },
    gauge(series, data, put) {
      const view = chart.getViewOfSeriesModel(series);
      const [start, end] = ["startAngle", "endAngle"].map((key) => (-series.get(key) / 180) * Math.PI);
      const [low, high, count] = ["min", "max", "splitNumber"].map((key) => Number(series.get(key)));
      for (let i = 0; i < data.count(); i++) {
        const el = data.getItemGraphicEl(i);
        own((view._titleEls || [])[i], "name", -1, i, 0);
        own((view._detailEls || [])[i], "label", 0, i, 0);
        if (!el) continue;
        const part = (-el.rotation - TURN - start) / (end - start);
        const whole = (2 * Math.PI) / Math.abs(end - start);
        const fraction = part < -1e-6 ? part + whole : part > 1 + 1e-6 ? part - whole : part;
        put("pointer", i, boxOf(el), [round4(fraction)], colourOf(el.style), "", null);
      }
      const labels = view.group.children().filter((el) => isText(el) && !owner.has(el));
      labels.forEach((el, k) => own(el, "y_tick", -1, -1, 0, low + ((high - low) * k) / count));
    },
    treemap(series, data, put) {
      series.getData().tree.root.eachNode((node) => {
        const i = node.dataIndex;
        const drawn = data.getItemGraphicEl(i);
        if (!drawn || node.depth === 0) return;
        // A leaf is a group of background and content, a parent its background.
        const paths = drawn.isGroup ? drawn.children().filter((el) => !el.isGroup && !isText(el)) : [drawn];
        const texts = paths.map((el) => el.getTextContent()).filter(Boolean);
        const fill = paths.length ? paths[paths.length - 1] : null;
        if (!fill) return;
        for (const text of texts) own(text, node.children.length ? "name" : "label", -1, node.name, 0);
        put("rectangle", i, boxOf(paths[0]), [], colourOf(fill.style) || colourOf(paths[0].style), "", null, node.name);
      });
    },
    sankey(series, data, put) {
      const edges = series.getData("edge");
      for (let i = 0; i < data.count(); i++) {
        const el = data.getItemGraphicEl(i);
        if (!el) continue;
        own(el.getTextContent(), "name", -1, data.getName(i), 0);
        put("node", i, boxOf(el), [], colourOf(el.style), "", null, data.getName(i));
      }
      for (let i = 0; i < edges.count(); i++) {
        const el = edges.getItemGraphicEl(i);
        if (el) put("link", i, boxOf(el), [], colourOf(el.style), "", el);
      }
    },
  };
