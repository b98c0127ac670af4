/** The look and the behaviour of the graph page. It runs in a browser, without a build and without a library. */

export const GRAPH_STYLE = `
html,body{height:100%}body{display:flex;flex-direction:column;overflow:hidden}
header{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;padding:10px 16px;border-bottom:1px solid var(--line);background:var(--panel)}
header h1{font-size:16px}nav{flex-basis:100%}
input[type=search]{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:5px 8px;width:min(420px,60vw)}
button.link{border:0;background:none;color:inherit;font:inherit;padding:0 2px;cursor:pointer;text-decoration:underline;text-decoration-color:var(--line);text-align:left;overflow-wrap:anywhere}
main{flex:1;display:flex;min-height:0}#stage{flex:1;overflow:auto}#side{width:360px;max-width:45vw;overflow:auto;border-left:1px solid var(--line);padding:14px;background:var(--panel)}
#side h2{overflow-wrap:anywhere}#side h3{font-size:13px;color:var(--soft);margin:14px 0 4px}#side ul{list-style:none;margin:0;padding:0}
.node rect{fill:var(--panel);stroke:var(--line)}.node text{fill:var(--ink);font:12px ui-monospace,monospace}.node{cursor:pointer}
.node.folder rect{stroke:var(--accent)}.node.cycle rect{stroke:var(--error);stroke-width:2}.node.on rect{fill:color-mix(in srgb,var(--accent) 25%,var(--panel))}
.edge{fill:none;stroke:var(--soft);opacity:.35}.edge.types{stroke-dasharray:2 3}.edge.late{stroke-dasharray:6 4}.edge.on{stroke:var(--accent);opacity:1}.edge.off{opacity:.06}
.tip{fill:var(--soft)}#side button.link,#side summary{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}#side summary{cursor:pointer;margin:6px 0}
.soft{color:var(--soft)}
@media(max-width:700px){main{flex-direction:column}#side{width:auto;max-width:none;border-left:0;border-top:1px solid var(--line);max-height:45vh}}
`;

export const GRAPH_SCRIPT = `
const data=JSON.parse(document.getElementById("data").textContent);
const SVG="http://www.w3.org/2000/svg",NODES_MAX=120,LIST_MAX=200;
const at=(id)=>document.getElementById(id);
const make=(name,attributes,parent)=>{const one=document.createElementNS(SVG,name);for(const key in attributes)one.setAttribute(key,attributes[key]);parent.append(one);return one;};
const inCycle=new Map();
data.cycles.forEach((members,index)=>members.forEach((one)=>inCycle.set(one,index)));
const out=data.modules.map(()=>[]),back=data.modules.map(()=>[]);
for(let i=0;i<data.edges.length;i+=3){out[data.edges[i]].push([data.edges[i+1],data.edges[i+2]]);back[data.edges[i+1]].push([data.edges[i],data.edges[i+2]]);}
let folder="",selected=null;
function childOf(path){
  if(folder!==""&&!path.startsWith(folder+"/"))return null;
  const rest=folder===""?path:path.slice(folder.length+1),cut=rest.indexOf("/");
  return cut<0?{name:rest,key:path,isFolder:false}:{name:rest.slice(0,cut)+"/",key:(folder===""?"":folder+"/")+rest.slice(0,cut),isFolder:true};
}
function view(){
  const nodes=new Map(),keyOf=new Array(data.modules.length).fill(null);
  data.modules.forEach((path,index)=>{
    const child=childOf(path);
    if(!child)return;
    let node=nodes.get(child.key);
    if(!node){node={...child,modules:0,index,isCycle:false,weight:0};nodes.set(child.key,node);}
    node.modules++;node.isCycle=node.isCycle||inCycle.has(index);keyOf[index]=child.key;
  });
  const withTypes=at("types").checked,edges=new Map();
  for(let i=0;i<data.edges.length;i+=3){
    const from=keyOf[data.edges[i]],to=keyOf[data.edges[i+1]],kind=data.edges[i+2];
    if(kind===2&&!withTypes)continue;
    if(from)nodes.get(from).weight++;
    if(to)nodes.get(to).weight++;
    if(!from||!to||from===to)continue;
    const key=from+"\\n"+to,edge=edges.get(key);
    if(edge){edge.count++;edge.kind=Math.min(edge.kind,kind);}else edges.set(key,{from,to,kind,count:1});
  }
  return{nodes,edges:[...edges.values()]};
}
function ranks(nodes,edges){
  const rank=new Map([...nodes.keys()].map((key)=>[key,0]));
  const next=new Map();
  for(const edge of edges){if(!next.has(edge.from))next.set(edge.from,[]);next.get(edge.from).push(edge.to);}
  const state=new Map();
  const visit=(start)=>{
    const stack=[[start,0]];
    state.set(start,1);
    while(stack.length){
      const top=stack[stack.length-1],targets=next.get(top[0])||[];
      if(top[1]<targets.length){
        const to=targets[top[1]++];
        if(!rank.has(to)||state.get(to)===1)continue;
        if(!state.has(to)){state.set(to,1);stack.push([to,0]);continue;}
        rank.set(top[0],Math.max(rank.get(top[0]),rank.get(to)+1));
      }else{
        state.set(top[0],2);stack.pop();
        const parent=stack[stack.length-1];
        if(parent)rank.set(parent[0],Math.max(rank.get(parent[0]),rank.get(top[0])+1));
      }
    }
  };
  for(const key of nodes.keys())if(!state.has(key))visit(key);
  return rank;
}
// Folders that ask each other in turn make a chain of columns with one node each: they share what fits the window.
function fitted(columns){
  const most=Math.max(2,Math.floor(at("stage").clientWidth/270));
  if(columns.length<=most)return columns;
  const nodes=columns.flat(),per=Math.ceil(nodes.length/most);
  return Array.from({length:Math.ceil(nodes.length/per)},(_,index)=>nodes.slice(index*per,(index+1)*per));
}
function curve(a,b){
  const y1=a.y+12,y2=b.y+12,right=a.x+200;
  if(a.x===b.x)return"M"+right+","+y1+" C"+(right+50)+","+y1+" "+(right+50)+","+y2+" "+right+","+y2;
  const forth=b.x>a.x,x1=forth?right:a.x,x2=forth?b.x:b.x+200,bend=(forth?1:-1)*Math.max(30,Math.abs(x2-x1)/2);
  return"M"+x1+","+y1+" C"+(x1+bend)+","+y1+" "+(x2-bend)+","+y2+" "+x2+","+y2;
}
function draw(){
  const{nodes,edges}=view(),svg=at("drawing");
  const isChosen=(one)=>!one.isFolder&&one.index===selected;
  const heavy=[...nodes.values()].sort((a,b)=>isChosen(b)-isChosen(a)||b.weight-a.weight||(a.key<b.key?-1:1)).slice(0,NODES_MAX);
  const shown=new Map(heavy.map((one)=>[one.key,one])),lines=edges.filter((one)=>shown.has(one.from)&&shown.has(one.to));
  const rank=ranks(shown,lines),columns=new Map();
  for(const node of heavy){const r=rank.get(node.key);if(!columns.has(r))columns.set(r,[]);columns.get(r).push(node);}
  const place=new Map(),W=230,H=34;
  let height=0,x=20;
  for(const column of fitted([...columns.keys()].sort((a,b)=>b-a).map((r)=>columns.get(r).sort((a,b)=>(a.key<b.key?-1:1))))){
    const per=Math.max(1,Math.ceil(column.length/Math.ceil(column.length/24)));
    column.forEach((node,i)=>{place.set(node.key,{x:x+Math.floor(i/per)*W,y:20+(i%per)*H});height=Math.max(height,20+(i%per)*H+H);});
    x+=Math.ceil(column.length/per)*W+40;
  }
  svg.replaceChildren();
  const tip=make("marker",{id:"tip",viewBox:"0 0 8 8",refX:8,refY:4,markerWidth:8,markerHeight:8,markerUnits:"userSpaceOnUse",orient:"auto"},make("defs",{},svg));
  make("path",{d:"M0,0 L8,4 L0,8 z",class:"tip"},tip);
  svg.setAttribute("width",x+20);svg.setAttribute("height",height+20);
  const kinds=["runtime","late","types"],paths=[];
  let chosen=null;
  for(const edge of lines){
    const path=make("path",{d:curve(place.get(edge.from),place.get(edge.to)),"marker-end":"url(#tip)",class:"edge "+kinds[edge.kind],"stroke-width":Math.min(6,1+Math.log2(edge.count))},svg);
    make("title",{},path).textContent=edge.from+" imports "+edge.to+" ("+edge.count+")";
    paths.push([edge,path]);
  }
  // In the order of reading, which is that of the tabulator.
  for(const node of heavy.sort((a,b)=>place.get(a.key).x-place.get(b.key).x||place.get(a.key).y-place.get(b.key).y)){
    const p=place.get(node.key),group=make("g",{class:"node"+(node.isFolder?" folder":"")+(node.isCycle?" cycle":""),transform:"translate("+p.x+","+p.y+")",tabindex:0,role:"button"},svg);
    make("rect",{width:200,height:24,rx:5},group);
    const label=node.name+(node.isFolder?" "+node.modules:"");
    make("text",{x:8,y:16},group).textContent=label.length>26?label.slice(0,25)+"…":label;
    make("title",{},group).textContent=node.key;
    const light=(on)=>{for(const[edge,path]of paths){const its=edge.from===node.key||edge.to===node.key;path.classList.toggle("on",on&&its);path.classList.toggle("off",on&&!its);}};
    group.addEventListener("mouseenter",()=>light(true));group.addEventListener("mouseleave",()=>light(false));
    group.addEventListener("focus",()=>light(true));group.addEventListener("blur",()=>light(false));
    group.addEventListener("click",()=>open(node));
    group.addEventListener("keydown",(event)=>{if(event.key==="Enter"||event.key===" "){event.preventDefault();open(node);}});
    if(!node.isFolder&&node.index===selected){group.classList.add("on");chosen=group;}
  }
  chosen?.scrollIntoView({block:"nearest",inline:"nearest"});
  crumbs();
  if(selected===null)summary(nodes,heavy.length);
}
function link(label,action){const one=document.createElement("button");one.className="link mono";one.type="button";one.textContent=label;one.addEventListener("click",action);return one;}
function crumbs(){
  const parts=folder===""?[]:folder.split("/"),nav=at("crumbs");
  nav.replaceChildren(link("all",()=>go("")));
  parts.forEach((part,index)=>{nav.append(" / ",link(part,()=>go(parts.slice(0,index+1).join("/"))));});
}
function go(next){folder=next;selected=null;location.hash=encodeURIComponent(next);draw();at("stage").scrollTo(0,0);}
function open(node){
  if(node.isFolder)go(node.key);else select(node.index);
  // Whoever came by the keyboard goes on from here.
  (document.querySelector("#drawing .node.on")??document.querySelector("#drawing .node"))?.focus();
}
function folderOfHash(){
  try{return decodeURIComponent(location.hash.slice(1));}catch{return"";}
}
function list(title,items,side=at("side")){
  const head=document.createElement("h3"),ul=document.createElement("ul");
  head.textContent=title+" ("+items.length+")";
  for(const index of items.slice(0,LIST_MAX)){const li=document.createElement("li");li.append(link(data.modules[index],()=>select(index)));ul.append(li);}
  side.append(head,ul);
  if(items.length>LIST_MAX){const p=document.createElement("p");p.className="soft";p.textContent="and "+(items.length-LIST_MAX)+" more";side.append(p);}
}
function select(index){
  selected=index;
  const path=data.modules[index],side=at("side"),title=document.createElement("h2");
  folder=path.includes("/")?path.slice(0,path.lastIndexOf("/")):"";
  title.textContent=path;title.className="mono";side.replaceChildren(title);
  const unique=(edges)=>[...new Set(edges.map((one)=>one[0]))].sort((a,b)=>(data.modules[a]<data.modules[b]?-1:1));
  if(inCycle.has(index))list("In a circle with",data.cycles[inCycle.get(index)].filter((one)=>one!==index));
  list("Imported by",unique(back[index]));
  list("Imports",unique(out[index]));
  draw();
}
function summary(nodes,shown){
  const side=at("side"),title=document.createElement("h2"),p=document.createElement("p");
  let count=0;for(const node of nodes.values())count+=node.modules;
  title.textContent=folder===""?"All modules":folder;
  p.className="soft";
  p.textContent=count+" modules, "+data.edges.length/3+" imports and "+data.cycles.length+" circles in all."+(nodes.size>shown?" Drawn: the "+shown+" most connected of "+nodes.size+".":"")+" Arrows point from importer to imported.";
  side.replaceChildren(title,p);
  const here=data.cycles.filter((members)=>members.some((one)=>childOf(data.modules[one])));
  here.slice(0,20).forEach((members)=>{
    const details=document.createElement("details"),head=document.createElement("summary");
    head.textContent="Circle of "+members.length+": "+data.modules[members[0]]+" …";
    details.append(head);details.addEventListener("toggle",()=>{if(details.open&&details.children.length===1)list("Its modules",members,details);});
    side.append(details);
  });
  if(here.length>20){const more=document.createElement("p");more.className="soft";more.textContent="and "+(here.length-20)+" more circles in here";side.append(more);}
}
at("types").addEventListener("change",draw);
at("search").addEventListener("input",(event)=>{
  const text=event.target.value.toLowerCase(),found=[];
  const exact=data.modules.indexOf(event.target.value);
  if(exact>=0)return select(exact);
  for(const path of data.modules){if(found.length>=30)break;if(text!==""&&path.toLowerCase().includes(text))found.push(path);}
  at("found").replaceChildren(...found.map((path)=>{const option=document.createElement("option");option.value=path;return option;}));
});
at("search").addEventListener("keydown",(event)=>{
  if(event.key!=="Enter")return;
  const text=event.target.value.toLowerCase(),index=data.modules.findIndex((path)=>path.toLowerCase().includes(text));
  if(index>=0)select(index);
});
addEventListener("hashchange",()=>{const next=folderOfHash();if(next!==folder){folder=next;selected=null;draw();}});
addEventListener("resize",draw);
folder=folderOfHash();
draw();
`;
