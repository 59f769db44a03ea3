// Reads out what is pointed at, tapped, or reached with the arrow keys; away from the map all together is back. And tells
// the page around how high this one would be with its map in full, in the words of Datawrapper, pym.js, AMP, WordPress.
(d=>{const m=/**@type {SVGSVGElement?}*/(d.querySelector(".map")),o=d.querySelector("#readout"),a=d.querySelector("main");let i=0,h=0,k=0,j=9;
if(m&&o){const s=[...o.childNodes],g=/**@type {SVGElement[]}*/([...m.querySelectorAll("[data-u]")]),n=Math.max(...g.map(e=>+/**@type {string}*/(e.dataset.u)))+1,
r=/**@param {number|string} u*/u=>{i=+u;const p=g.filter(e=>e.classList.toggle("on",e.dataset.u==u));o.replaceChildren(...p[0]?[/**@type {string}*/(p[0].textContent)]:s)};
r(n);m.tabIndex=0;m.onpointerover=m.onclick=e=>r(/**@type {SVGElement?}*/(/**@type {Element}*/(e.target).closest("[data-u]"))?.dataset.u??n);m.onpointerleave=m.onblur=()=>r(n);
m.onkeydown=e=>{const w=/**@type {Record<string,number>}*/({ArrowRight:1,ArrowDown:1,ArrowLeft:n,ArrowUp:n})[e.key];if(w){e.preventDefault();r((i+w)%(n+1))}else if(e.key=="Escape")r(n)}}
// What is told is measured as if the frame had no end: it follows from the width alone, so nothing can chase itself. A
// frame in a process of its own, as a sandbox is, may run before it is told its width: it looks again,
// ever more rarely, for some two minutes.
if(a&&parent!=self){const x=/**@param {string} k*/k=>location.href.match(k+"=([^&#]+)")?.[1],f=()=>{if(!innerWidth){if(j<6e4)setTimeout(f,j*=2);return}a.style.height="auto";const y=Math.min(5e3,a.offsetHeight),w=x("secret");a.style.height="";if(y==h||y<50)return;h=y;
for(const t of [{"datawrapper-height":{map:y}},`pymxPYMx${x("childId")}xPYMxheightxPYMx${y}`,{sentinel:"amp",type:"embed-size",height:y},w&&{message:"height",value:y,secret:w}])if(t)parent.postMessage(t,"*")},
z=()=>{h=0;f()},q=new ResizeObserver(f);for(const e of a.children)q.observe(e);onhashchange=z;f();
// A host that begins to listen late speaks first; whatever it says, it is told again, but not without end.
onmessage=e=>{if(e.source==parent&&k++<9)z()}}})(document);
