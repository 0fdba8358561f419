// Tells what a laid-out chart has drawn: [texts, marks, axes, legend, plots], compact rows.
//
// texts:  [owner, string, x, y, line] per stretch of text in painting order: x, y its anchor in
//         the picture; stretches of one label have the same owner and, in one line of it, `line`
// owners: [role, series, item, panel, value], role "" where nobody knows
// marks:  [role, series, item, panel, box, measures, colour, looks]
// axes:   [which, scale, panel, pixel, pixel, value, value]
// legend: [index, box, colour, looks];  plots: [panel, box]
(chart, option) => {
  const model = chart.getModel();
  const owners = [];
  const marks = [];
  const axes = [];
  const legend = [];
  const plots = [];
  const owner = new Map();
  const DAY = 86400000;
  const isText = (el) => el && el.type === "text";
  const own = (text, role, series, item, panel, value) => {
    if (!isText(text) || owner.has(text)) return;
    owner.set(text, owners.length);
    owners.push([role, series, item, panel, value === undefined ? null : value]);
  };
  const round = (x) => Math.round(x * 1000) / 1000;
  const boxOf = (el) => {
    const rect = el.getBoundingRect().clone();
    const matrix = el.getComputedTransform();
    if (matrix) rect.applyTransform(matrix);
    return [round(rect.x), round(rect.y), round(rect.x + rect.width), round(rect.y + rect.height)];
  };
  const boxOfPoints = (points) => {
    const xs = points.map((p) => p[0]);
    const ys = points.map((p) => p[1]);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].map(round);
  };
  const paint = (value) => {
    if (!value || value === "none" || value === "transparent") return null;
    if (typeof value === "string") return value;
    return value.colorStops && value.colorStops.length ? value.colorStops[0].color : null;
  };
  const colourOf = (style) => (style ? paint(style.fill) || paint(style.stroke) : null);
  const lookOf = (path) => {
    const dash = path.style.lineDash;
    return typeof dash === "string" && dash !== "solid" ? dash : "";
  };
  const firstPath = (el) => {
    let found = null;
    if (!el.isGroup) return el;
    el.traverse((child) => {
      if (!found && !child.isGroup && child.type !== "text") found = child;
    });
    return found;
  };
  const contentOf = (el) => {
    if (!el) return null;
    const text = el.getTextContent();
    if (text || !el.isGroup) return text;
    const path = firstPath(el);
    return path ? path.getTextContent() : null;
  };
  const viewOf = (part) => chart.getViewOfComponentModel(part);

  // Titles: their ids say what they are; those of others are title and subtitle.
  model.eachComponent("title", (part) => {
    const view = viewOf(part);
    const [role, panel] = String(part.option.id || "title").split(":");
    const texts = view.group.children().filter(isText);
    own(texts[0], role, -1, -1, role === "panel_title" ? Number(panel) || 0 : 0);
    own(texts[1], "subtitle", -1, -1, 0);
  });

  const places = new Map();
  for (const dim of ["x", "y"]) {
    model.eachComponent(dim + "Axis", (part) => {
      const axis = part.axis;
      const view = viewOf(part);
      if (!axis || !axis.grid || !view) return;
      const panel = part.getCoordSysModel().componentIndex;
      const before = places.get(dim + panel) || 0;
      places.set(dim + panel, before + 1);
      const which = before ? dim + (before + 1) : dim;
      const kind = axis.type === "value" ? "linear" : axis.type;
      const unit = kind === "time" ? DAY : 1;
      let [low, high] = axis.scale.getExtent();
      if (kind === "log") {
        // It rounds the ends as it gives them.
        if (typeof part.get("min") === "number") low = part.get("min");
        if (typeof part.get("max") === "number") high = part.get("max");
      }
      const at = (value) => round(axis.toGlobalCoord(axis.dataToCoord(value)));
      axes.push([which, kind, panel, at(low), at(high), low / unit, high / unit]);
      view.group.traverse((el) => {
        if (!isText(el)) return;
        if (el.anid === "name") own(el, which + "_title", -1, -1, panel);
        else if (typeof el.anid === "string" && el.anid.startsWith("label_")) {
          const value = Number(el.anid.slice(6));
          if (kind === "category") own(el, which + "_tick", -1, value, panel);
          else own(el, which + "_tick", -1, -1, panel, value / unit);
        }
      });
    });
  }
  model.eachComponent("grid", (part) => {
    const rect = part.coordinateSystem.getRect();
    plots.push([part.componentIndex, [rect.x, rect.y, rect.x + rect.width, rect.y + rect.height].map(round)]);
  });
  model.eachComponent("radar", (part) => {
    const cs = part.coordinateSystem;
    const spokes = cs.getIndicatorAxes();
    plots.push([0, [cs.cx - cs.r, cs.cy - cs.r, cs.cx + cs.r, cs.cy + cs.r].map(round)]);
    if (spokes.length) axes.push(["radius", "linear", 0, 0, round(cs.r), ...spokes[0].scale.getExtent()]);
    let item = 0;
    viewOf(part).group.traverse((el) => {
      if (!isText(el)) return;
      if (el.anid === "name") own(el, "name", -1, item++, 0);
      else if (typeof el.anid === "string") own(el, "y_tick", -1, -1, 0, Number(el.anid.slice(6)));
    });
  });
  model.eachComponent("legend", (part) => {
    const view = viewOf(part);
    if (!view) return;
    view.group.traverse((el) => {
      const index = el.__legendDataIndex;
      if (index === undefined) return;
      const kids = el.children();
      own(kids.find(isText), "legend", index, index, 0);
      const path = firstPath(kids[0]);
      // The swatch of a line is a flat path: its fill is nowhere to be seen.
      const flat = path.shape && path.shape.symbolType === "line";
      legend.push([index, boxOf(kids[0]), flat ? paint(path.style.stroke) : colourOf(path.style), lookOf(path)]);
    });
  });
  model.eachComponent("visualMap", (part) => {
    const view = viewOf(part);
    if (!view || part.type !== "visualMap.continuous" || !part.get("show")) return;
    const [low, high] = part.getExtent();
    const wanted = [].concat(part.get("text") || []);
    const texts = view.group.children().filter((el) => isText(el) && wanted.includes(el.style.text));
    let bar = null;
    view.group.traverse((el) => {
      if (el.type === "polygon") bar = el;
    });
    own(texts[0], "other", -1, -1, 0, low);
    own(texts[1], "other", -1, -1, 0, high);
    if (bar) {
      const box = boxOf(bar);
      axes.push(["colour", "linear", 0, box[3], box[1], low, high]);
    }
  });

  const TURN = Math.PI / 2;
  const ring = (layout) => [layout.startAngle + TURN, layout.endAngle + TURN, layout.r0, layout.r].map(round4);
  function round4(x) {
    return Math.round(x * 1e5) / 1e5;
  }
  const dashOf = (series) => {
    const dash = series.get(["lineStyle", "type"]);
    return typeof dash === "string" && dash !== "solid" ? dash : "";
  };
  const symbolOf = (data) => {
    const symbol = data.getVisual("symbol");
    return symbol && symbol !== "none" ? String(symbol) : "";
  };

  /*READERS*/
  let bare = plots.length === 0;
  model.eachSeries((series) => {
    const [id, at] = String(series.option.id).split(":");
    const data = series.getData();
    const panel = Number(at) || 0;
    const number = /^\d+$/.test(id) ? Number(id) : id === "base" ? -1 : series.seriesIndex;
    const reader = readers[series.subType];
    if (number < 0 || !reader) return;
    const put = (role, item, box, measures, colour, looks, el, name, of) => {
      const raw = data.getRawDataItem && item < data.count() && !name ? data.getRawDataItem(item) : null;
      const index = name || (raw && raw.i !== undefined && raw.i !== null ? raw.i : item);
      const row = of === undefined ? number : of;
      marks.push([role, row, index, panel, box, measures, colour, looks]);
      if (el) own(contentOf(el), "label", row, index, panel);
    };
    reader(series, data, put, number);
    if (bare) {
      const view = chart.getViewOfSeriesModel(series);
      plots.push([0, boxOf(view.group)]);
      bare = false;
    }
  });

  const texts = [];
  for (const el of chart.getZr().storage.getDisplayList()) {
    if (el.type !== "tspan" || !el.style.text) continue;
    let root = el.parent;
    while (root && !isText(root)) root = root.parent;
    let known = owner.get(root);
    if (known === undefined) {
      known = owners.length;
      owners.push(["", -1, -1, 0, null]);
      owner.set(root, known);
    }
    const { text, x, y } = el.style;
    const m = el.transform;
    const place = m ? [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]] : [x, y];
    texts.push([known, String(text), round(place[0]), round(place[1]), round(y)]);
  }
  return [owners, texts, marks, axes, legend, plots];
}
