// Asks, when the map has been painted, what has happened to these figures since; says it beside them, and shows the
// newer ones to those who ask for them.
(d=>{const o=/**@type {HTMLElement?}*/(d.querySelector(".news")),f=/**@param {string} n*/async n=>{try{
const t=await(await fetch(o?.dataset.at+n+".json")).json(),b=d.createElement(t.more?"button":"table");for(const w of t.rows??[]){const l=/**@type {HTMLTableElement}*/(b).insertRow();w.forEach((/**@type {string}*/c,/**@type {number}*/i)=>{const e=d.createElement(i?"td":"th");e.append(c);l.append(e)})}
if(t.more){b.append(t.more);b.onclick=()=>{b.remove();f("changes")}}o?.append(...t.text?[t.text+" "]:[],...t.more||t.rows?[b]:[])}catch{}};
requestAnimationFrame(()=>setTimeout(f,0,"notice"))})(document);
