"""The look of the pages as CSS text; uses the reader's own fonts. Pure."""

from __future__ import annotations

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#0f5c73"/>'
    '<path d="M11 7h7a6 6 0 0 1 0 12h-4v6h-3zm3 3v6h4a3 3 0 0 0 0-6z" fill="#fff"/>'
    "</svg>"
)
"""The icon of the browser tab."""

ACCENT = "#0f5c73"
"""Colour of links and buttons, for the parts that take no CSS."""

_BASE = """
:root{--ink:#16202c;--soft:#55626f;--faint:#8a95a1;--line:#e2e6ea;--ground:#f6f7f9;
--paper:#fff;--accent:#0f5c73;--accent-soft:#e4f0f3;--good:#1b6e3f;--good-soft:#e3f3e9;
--warn:#8a5a00;--warn-soft:#fbf0d9;--bad:#a4262c;--bad-soft:#fbe6e7;
--font:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
body{margin:0;font-family:var(--font);color:var(--ink);background:var(--ground);
font-size:14px;line-height:1.45;-webkit-font-smoothing:antialiased}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
h1{font-size:22px;font-weight:600;margin:0;line-height:1.25;letter-spacing:-.01em}
h2{font-size:15px;font-weight:600;margin:0;line-height:1.4}
code,.mono{font-family:var(--mono);font-size:12.5px}
"""

LOGIN_CSS = (
    _BASE
    + """
body{display:grid;place-items:center;min-height:100vh}
form,.box{background:var(--paper);border:1px solid var(--line);border-radius:10px;
padding:32px;width:320px;box-shadow:0 1px 2px rgba(16,24,32,.05)}
form h1,.box h1{margin-bottom:6px}
form p{margin:0 0 20px;color:var(--soft)}
label{display:block;font-weight:500;margin:14px 0 5px}
input{width:100%;box-sizing:border-box;font:inherit;padding:9px 11px;
border:1px solid #c4ccd4;border-radius:6px;background:#fff;color:var(--ink)}
button{margin-top:22px;width:100%;font:inherit;font-weight:600;padding:10px;border:0;
border-radius:6px;background:var(--accent);color:#fff;cursor:pointer}
button:hover{background:#0b4a5d}
.error{background:var(--bad-soft);color:var(--bad);padding:9px 11px;border-radius:6px;
margin:0 0 4px}
"""
)

DOCS_CSS = (
    _BASE
    + """
main{max-width:900px;margin:40px auto;padding:0 24px 80px}
h2{margin:32px 0 8px;text-transform:capitalize}
details{background:var(--paper);border:1px solid var(--line);border-radius:8px;
margin:6px 0}
summary{cursor:pointer;padding:10px 14px;display:flex;gap:12px;align-items:baseline}
summary span{color:var(--soft)}
summary b{font:600 12px var(--mono);min-width:52px;color:var(--accent)}
summary b.post,summary b.put,summary b.patch{color:var(--good)}
summary b.delete{color:var(--bad)}
details div{padding:0 14px 14px}
h4{margin:16px 0 6px;font-size:13px}
table{border-collapse:collapse;width:100%;margin:6px 0}
th{text-align:left;color:var(--soft);font-weight:500;font-size:12px}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}
"""
)

PAGE_CSS = (
    _BASE
    + """
.nicegui-content{padding:0!important;gap:0!important;align-items:stretch!important}
.nicegui-header,.nicegui-drawer{padding:0!important;gap:0!important}
.q-header{background:var(--paper)!important;color:var(--ink)!important;
border-bottom:1px solid var(--line);box-shadow:none!important}
.bar{display:flex;align-items:center;gap:14px;height:56px;padding:0 24px;width:100%;
box-sizing:border-box}
.bar .brand{font-weight:650;font-size:16px;color:var(--ink);letter-spacing:-.01em}
.bar .brand:hover{text-decoration:none}
.bar .space{flex:1}
.bar .who{color:var(--soft)}
.bar button.plain{font:inherit;border:1px solid var(--line);background:var(--paper);
border-radius:6px;padding:5px 12px;cursor:pointer;color:var(--ink)}
.bar button.plain:hover{background:var(--ground)}
.skip{position:absolute;left:-999px;top:8px;background:var(--paper);padding:8px 12px}
.skip:focus{left:12px;z-index:9999}
.q-drawer{background:var(--ground)!important;
border-right:1px solid var(--line)!important}
nav.side{display:flex;flex-direction:column;gap:2px;padding:16px 12px;width:100%;
box-sizing:border-box}
nav.side a{display:flex;align-items:center;gap:11px;padding:8px 12px;border-radius:7px;
color:var(--soft);font-weight:500}
nav.side a:hover{background:#eceff2;text-decoration:none;color:var(--ink)}
nav.side a[aria-current=page]{background:var(--accent-soft);color:var(--accent)}
nav.side .material-icons{font-size:20px}
.page{padding:28px 32px 60px;max-width:1320px;width:100%;box-sizing:border-box;
display:flex;flex-direction:column;gap:20px}
.head{display:flex;flex-wrap:wrap;align-items:center;gap:12px;width:100%}
.head .sub{color:var(--soft);width:100%;margin-top:-6px}
.crumb{color:var(--soft);font-size:13px}
.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;
padding:18px 20px;width:100%;box-sizing:border-box;display:flex;
flex-direction:column;gap:12px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:14px;
width:100%}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(380px,1fr));gap:18px;
width:100%;align-items:start}
.number{background:var(--paper);border:1px solid var(--line);border-radius:10px;
padding:15px 18px;color:var(--ink);display:block}
a.number:hover{border-color:var(--accent);text-decoration:none}
.number b{display:block;font-size:27px;font-weight:600;line-height:1.2;
letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.number span{color:var(--soft)}
.number.warn b{color:var(--warn)}.number.bad b{color:var(--bad)}
.scroll{overflow-x:auto;width:100%}
table.grid{border-collapse:collapse;width:100%;font-size:13.5px}
table.grid th{text-align:left;font-weight:500;color:var(--soft);font-size:12.5px;
padding:0 14px 8px 0;border-bottom:1px solid var(--line);white-space:nowrap}
table.grid th button{font:inherit;color:inherit;background:none;border:0;padding:0;
cursor:pointer}
table.grid th button:hover{color:var(--ink)}
table.grid td{padding:8px 14px 8px 0;border-bottom:1px solid #edf0f2;
vertical-align:top;overflow-wrap:break-word}
table.grid tr:last-child td{border-bottom:0}
table.grid tbody tr:hover td{background:#fafbfc}
table.grid th.num{text-align:right}
table.grid td.num{text-align:right;font-variant-numeric:tabular-nums;
white-space:nowrap}
table.grid td.tight{white-space:nowrap;overflow-wrap:normal}
button.rowact{font:inherit;font-size:12.5px;border:1px solid var(--line);
background:var(--paper);border-radius:6px;padding:2px 9px;cursor:pointer;
color:var(--accent)}
button.rowact:hover{background:var(--accent-soft)}
table.grid td.wide{min-width:200px}
.faint{color:var(--faint)}.soft{color:var(--soft)}
.badge{display:inline-block;padding:1px 8px;border-radius:999px;font-size:12px;
font-weight:500;background:#edf0f2;color:var(--soft);white-space:nowrap}
.badge.good{background:var(--good-soft);color:var(--good)}
.badge.warn{background:var(--warn-soft);color:var(--warn)}
.badge.bad{background:var(--bad-soft);color:var(--bad)}
.badge.info{background:var(--accent-soft);color:var(--accent)}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:7px 22px;margin:0}
dl.facts+dl.facts{border-top:1px solid var(--line);padding-top:14px;margin-top:14px}
dl.facts dt{color:var(--soft)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
ul.reasons{margin:0;padding-left:16px;color:var(--soft)}
.tools{display:flex;flex-wrap:wrap;gap:10px;align-items:center;width:100%}
.tools .grow{flex:1;min-width:220px}
.foot{display:flex;align-items:center;gap:10px;color:var(--soft);width:100%}
.foot .space{flex:1}
.empty{padding:26px 0;text-align:center;color:var(--soft);width:100%}
.trouble{background:var(--bad-soft);color:var(--bad);padding:9px 12px;
border-radius:6px;width:100%;box-sizing:border-box}
.q-tab-panel>div,.q-tab-panels{width:100%}
tr.unused td{color:var(--faint)}
.meter{height:8px;border-radius:4px;background:#e9edf0;overflow:hidden;width:100%}
.meter i{display:block;height:100%;background:var(--accent);transition:width .3s}
.bars{display:grid;grid-template-columns:max-content 1fr max-content;gap:8px 12px;
align-items:center;width:100%}
.bars .num{font-variant-numeric:tabular-nums;color:var(--soft);text-align:right}
.q-btn{text-transform:none!important;font-weight:500!important}
.q-tab{text-transform:none!important}
.q-field--outlined .q-field__control{border-radius:6px!important;
background:var(--paper)}
form.form{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:flex-end}
form.form label{display:flex;flex-direction:column;gap:4px;min-width:150px;
color:var(--soft);font-size:12.5px}
form.form button{font:inherit;font-weight:600;padding:8px 16px;border:0;
border-radius:6px;background:var(--accent);color:#fff;cursor:pointer}
form.form label.wide{flex:1 1 100%}
form.form label.tick{flex-direction:row;align-items:center;gap:7px;font-size:13.5px;
min-height:34px}
form.form input,form.form select,form.form textarea{font:inherit;font-size:13.5px;
color:var(--ink);padding:6px 9px;border:1px solid #c8cfd6;border-radius:6px;
background:var(--paper);box-sizing:border-box}
form.form input[type=checkbox]{padding:0;width:16px;height:16px}
form.form textarea{font-family:var(--mono);font-size:13px}
form.form .go{display:flex;align-items:flex-end}
button.act,a.act{font:inherit;font-size:13.5px;font-weight:500;cursor:pointer;
background:var(--accent);color:#fff;border:1px solid var(--accent);border-radius:6px;
padding:6px 14px;display:inline-block}
button.act:hover,a.act:hover{background:#0b4a5d;text-decoration:none}
button.plain,form.form button.plain,a.plain{font:inherit;font-size:13px;
cursor:pointer;background:var(--paper);
color:var(--accent);border:1px solid #c8cfd6;border-radius:6px;padding:4px 11px;
display:inline-block}
.told{background:var(--good-soft);color:var(--good);padding:9px 12px;border-radius:6px;
width:100%;box-sizing:border-box;overflow-wrap:anywhere}
.acts{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
details.fold{border-top:1px solid var(--line);padding-top:10px;width:100%}
details.fold summary{cursor:pointer;color:var(--accent);font-weight:500}
form.form+.fold,.fold+.fold{margin-top:14px}
details.fold[open] summary{margin-bottom:10px}
.tabs{display:flex;gap:4px;border-bottom:1px solid var(--line);width:100%}
.tabs a{padding:7px 14px;color:var(--soft);border-bottom:2px solid transparent}
.tabs a[aria-current=page]{color:var(--accent);border-color:var(--accent);
font-weight:500}
@media (prefers-reduced-motion:reduce){*{transition:none!important;
animation:none!important}}
"""
)
