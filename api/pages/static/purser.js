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

// Tabs that do not fit are beside the screen; the one that is shown stands in it.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
