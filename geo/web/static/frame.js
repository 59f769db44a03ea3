/** Sizes the frames of our maps on a page that has no script of its own for that. One line in the page is enough:
    <script src="…/frame.js" async></script> */
(s=>{if(!(s instanceof HTMLScriptElement))return;const o=new URL(s.src).origin,a=()=>[...document.querySelectorAll("iframe")].filter(f=>f.src.startsWith(o+"/"));
addEventListener("message",e=>{const n=e.data?.["datawrapper-height"];if(!n||typeof n!="object")return;
for(const f of a())if(f.contentWindow===e.source)for(const h of Object.values(n))if(h>=50&&h<=5e3)f.style.height=h+"px"});
for(const f of a())f.contentWindow?.postMessage("ready","*")})(document.currentScript);
