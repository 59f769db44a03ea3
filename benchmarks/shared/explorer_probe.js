// What a measured page notes of itself: when a reader acted, when something was drawn, which tasks were long.
(() => {
  const probe = { acted: 0, drawn: 0, readable: 0, long: [], frames: [] };
  window.probe = probe;
  for (const type of ["change", "click"]) {
    addEventListener(type, (event) => { probe.acted = event.timeStamp; }, { capture: true });
  }
  for (const name of ["drawElements", "drawArrays"]) {
    const draw = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (...given) {
      probe.drawn = performance.now();
      return draw.apply(this, given);
    };
  }
  // The end of the frame that begins next: its pixels are on their way.
  probe.painted = () => new Promise((done) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      port2.postMessage(0);
    });
  });
  // The end of the first frame in which the moving map was drawn after a moment; -1 where nothing was for long.
  probe.drawnAfter = async (moment) => {
    for (;;) {
      const at = await probe.painted();
      if (probe.drawn > moment) return at;
      if (at - moment > 5000) return -1;
    }
  };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.long.push({ at: startTime, ms: duration });
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration, scripts } of list.getEntries()) {
      const parts = scripts.map(({ sourceURL, duration: ms, startTime: at }) => ({ by: sourceURL, ms, at }));
      probe.frames.push({ at: startTime, ms: duration, parts });
    }
  }).observe({ type: "long-animation-frame", buffered: true });
})();
