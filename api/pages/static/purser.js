// What the pages do beyond links and forms. Every page works without it.
import "./swap.js";
import "./dialog.js";
import "./palette.js";
import "./list.js";
import "./live.js";
import "./pick.js";
import "./parts.js";
import "./preview.js";
import "./zone.js";
