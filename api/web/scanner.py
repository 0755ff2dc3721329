"""The script of the page to scan on. Pure text.

A hand-held types like a keyboard and ends with Enter, which sends the form; the
script sends it without leaving the page. The camera is read by the browser itself
(BarcodeDetector), where it can; nothing is loaded from elsewhere.
"""

from __future__ import annotations

SCANNER = """
(()=>{
const box=document.getElementById('scanning');if(!box)return;
const form=box.querySelector('form'),label=form.elements.texts;
const list=document.getElementById('seen');label.focus();
async function send(how){
  const text=label.value.trim();if(!text)return;
  form.elements.how.value=how;const data=new FormData(form);
  data.set('texts',text);label.value='';label.focus();
  const line=document.createElement('li');line.textContent=text+' ...';
  list.prepend(line);
  try{
    const answer=await fetch('/scan',{method:'POST',body:data});
    const told=await answer.json();
    line.textContent=told.said;line.style.color=told.well?'':'#a4262c';
    if(navigator.vibrate)navigator.vibrate(told.well?60:[80,60,80]);
  }catch(error){line.textContent=text+': not sent, scan it again';
    line.style.color='#a4262c'}
}
form.addEventListener('submit',e=>{e.preventDefault();send('wedge')});
const button=document.getElementById('camera'),eye=document.getElementById('eye');
if(!('BarcodeDetector' in window)||!navigator.mediaDevices)return;
document.getElementById('nocamera').style.display='none';button.hidden=false;
button.addEventListener('click',async()=>{
  const read=new BarcodeDetector({formats:['qr_code','code_128']});
  eye.srcObject=await navigator.mediaDevices.getUserMedia(
    {video:{facingMode:'environment'}});
  eye.hidden=false;button.hidden=true;await eye.play();
  let last='',since=0;
  setInterval(async()=>{
    const found=await read.detect(eye);if(!found.length)return;
    const text=found[0].rawValue,now=Date.now();
    if(text===last&&now-since<3000)return;
    last=text;since=now;label.value=text;send('camera');
  },250);
});
})();
"""
