// The one script of a page: it brings the light parts; the moving map comes when a reader asks for it.
import "./readout.js";
import "./keys.js";
import "./engine.js";
import "./change.js";
import "./time.js";

// What a tap on a territory opens is asked for when the page can be read.
(window.requestIdleCallback ?? setTimeout)(() => import("./panel.js"));
