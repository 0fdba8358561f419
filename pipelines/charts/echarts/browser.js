// Draws charts in a real browser with the chart's fonts, and writes down the texts it paints.
const page = (() => {
  "use strict";
  const proto = CanvasRenderingContext2D.prototype;
  const font = Object.getOwnPropertyDescriptor(proto, "font");
  const measure = proto.measureText;
  let families = "sans-serif";
  let texts = [];
  let painting = null;
  let chance = 1;

  Math.random = () => {
    chance ^= chance << 13;
    chance ^= chance >>> 17;
    chance ^= chance << 5;
    return (chance >>> 0) / 4294967296;
  };

  // Whatever families an option names, the chart's own font set draws.
  Object.defineProperty(proto, "font", {
    get: font.get,
    set(value) {
      font.set.call(this, String(value).replace(/px(?:\/\S+)?\s.*$/, `px ${families}`));
      // Widths are sums of advances here as in the other engine.
      this.fontKerning = "none";
      this.textRendering = "optimizeSpeed";
    },
  });

  function note(context, string, x, y, style, stroked) {
    if (context.canvas !== painting) return;
    const size = measure.call(context, string);
    const m = context.getTransform();
    const place = (dx, dy) => [m.a * (x + dx) + m.c * (y + dy) + m.e, m.b * (x + dx) + m.d * (y + dy) + m.f];
    const [left, right] = [-size.actualBoundingBoxLeft, size.actualBoundingBoxRight];
    const [top, bottom] = [-size.actualBoundingBoxAscent, size.actualBoundingBoxDescent];
    texts.push({
      string: String(string),
      corners: [place(left, top), place(right, top), place(right, bottom), place(left, bottom)],
      angle: (Math.atan2(m.b, m.a) * 180) / Math.PI,
      size: parseFloat(/(\d+\.?\d*|\.\d+)px/.exec(context.font)[1]) * Math.hypot(m.c, m.d),
      bold: /^(?:\S+ )*(?:bold|[6-9]00) /.test(context.font),
      colour: typeof style === "string" ? style : "#000000",
      alpha: context.globalAlpha,
      stroked,
    });
  }
  for (const [name, style, stroked] of [["fillText", "fillStyle", false], ["strokeText", "strokeStyle", true]]) {
    const paint = proto[name];
    proto[name] = function (string, x, y, ...rest) {
      note(this, string, x, y, this[style], stroked);
      return paint.call(this, string, x, y, ...rest);
    };
  }
  const getContext = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    const context = getContext.call(this, kind, ...rest);
    if (kind === "2d" && context && !this.styled) {
      this.styled = true;
      context.font = context.font;
    }
    return context;
  };

  async function addFace(family, weight, data) {
    const raw = atob(data);
    const bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    const face = new FontFace(family, bytes.buffer, { weight });
    document.fonts.add(await face.load());
  }

  function still(option) {
    option.animation = false;
    option.progressive = 0;
    for (const series of option.series ? [].concat(option.series) : []) {
      series.animation = false;
      series.progressive = 0;
      if (series.type === "wordCloud") series.layoutAnimation = false;
      if (series.type === "graph") series.force = { ...series.force, layoutAnimation: false };
      if (series.rippleEffect || series.type === "effectScatter")
        series.rippleEffect = { ...series.rippleEffect, number: 0 };
    }
    if (option.timeline) for (const line of [].concat(option.timeline)) line.autoPlay = false;
    if (option.baseOption) still(option.baseOption);
    for (const each of option.options || []) if (each) still(each);
    for (const each of option.media || []) if (each && each.option) still(each.option);
  }

  const frame = () => new Promise((done) => requestAnimationFrame(() => done()));

  async function draw(settings, text, readback) {
    chance = 20240101;
    if (families !== settings.families) forgetWidths();
    forgetDecals();
    families = settings.families;
    texts = [];
    const option = (0, eval)(`(${text}\n)`);
    still(option);
    const width = settings.width;
    const height = settings.height;
    document.body.style.background = settings.background;
    const root = document.createElement(settings.layered ? "div" : "canvas");
    root.style.cssText = `position:absolute;left:0;top:0;width:${width}px;height:${height}px`;
    document.body.replaceChildren(root);
    const size = { width, height, devicePixelRatio: 1, renderer: "canvas" };
    painting = root;
    const chart = echarts.init(root, settings.theme, size);
    try {
      const finished = new Promise((done) => chart.on("finished", done));
      chart.setOption(option);
      if (settings.layered) {
        await finished;
        await frame();
        await frame();
      } else {
        chart.getZr().flush();
      }
      const answer = readback ? (0, eval)(`(${readback}\n)`)(chart, option) : null;
      const picture = settings.layered ? "" : onGround(root, settings.background);
      return JSON.stringify({ texts, answer: answer === undefined ? null : answer, picture });
    } finally {
      painting = null;
      if (!settings.layered) chart.dispose();
    }
  }

  function onGround(canvas, background) {
    const ground = document.createElement("canvas");
    [ground.width, ground.height] = [canvas.width, canvas.height];
    const context = getContext.call(ground, "2d");
    context.fillStyle = background;
    context.fillRect(0, 0, ground.width, ground.height);
    context.drawImage(canvas, 0, 0);
    return ground.toDataURL("image/png").slice("data:image/png;base64,".length);
  }

  return { addFace, draw };
})();
