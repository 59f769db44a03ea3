// The one script of a page: it brings the light parts; the moving map comes when a reader asks for it.
import "./readout.js";
import "./keys.js";
import "./engine.js";
import "./panel.js";
import "./change.js";
import "./time.js";
