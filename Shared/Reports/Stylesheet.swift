extension PageFrame {
  /// The one stylesheet of all pages: for a screen of any width, light or dark, and for paper.
  static let stylesheet = """
    :root{--ink:#1b1f24;--soft:#57606a;--line:#d5dae0;--ground:#fff;--tint:#f4f6f8;--link:#0a58b0;--one:#1f5fae;\
    --two:#d98a1f;--bad:#a8231b}
    @media(prefers-color-scheme:dark){:root{--ink:#e8ebee;--soft:#a3adb8;--line:#3a424b;--ground:#15181c;--tint:#1f242a;\
    --link:#8fbdf5;--one:#6ea8f0;--two:#e7a94c;--bad:#ff9a90}}
    *{box-sizing:border-box}
    body{margin:0;color:var(--ink);background:var(--ground);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
    "DejaVu Sans",sans-serif}
    a{color:var(--link)}
    a:focus-visible,select:focus-visible,input:focus-visible,button:focus-visible,.scroll:focus-visible\
    {outline:3px solid var(--link);outline-offset:2px}
    header,main{max-width:76rem;margin:0 auto;padding:0 1rem}
    header{border-bottom:1px solid var(--line);padding-top:.6rem}
    .brand{margin:0;display:flex;justify-content:space-between;gap:1rem;flex-wrap:wrap}
    .brand strong{font-size:1.15rem;letter-spacing:-.01em}
    .mode{border:1px solid var(--two);border-radius:1rem;padding:0 .5rem;font-size:.8rem}
    nav ul{list-style:none;display:flex;gap:0 1.2rem;margin:.2rem 0 0;padding:0;overflow-x:auto;white-space:nowrap}
    nav a{display:block;padding:.5rem 0;text-decoration:none;border-bottom:3px solid transparent}
    nav a[aria-current]{color:var(--ink);border-color:var(--one);font-weight:600}
    h1{font-size:1.6rem;line-height:1.2;margin:1.4rem 0 .2rem}
    h2{font-size:1.15rem;margin:1.8rem 0 .4rem}
    .lead,.notes,.state{color:var(--soft);margin:.2rem 0 1rem}
    .state{border-top:1px solid var(--line);padding-top:.6rem;margin-top:1.6rem;font-size:.9rem}
    .problem{border-left:4px solid var(--bad);padding-left:.8rem}
    form{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;margin:.8rem 0}
    label{display:grid;gap:.1rem;font-size:.85rem;color:var(--soft)}
    select,input,button{font:inherit;color:var(--ink);background:var(--ground);border:1px solid var(--soft);\
    border-radius:.35rem;padding:.35rem .6rem;min-height:2.5rem;max-width:100%}
    button{background:var(--one);border-color:var(--one);color:var(--ground);cursor:pointer}
    .files{margin:.4rem 0 .8rem}
    .files a{margin-right:1rem}
    .scroll{overflow-x:auto;margin:.4rem 0}
    table{border-collapse:separate;border-spacing:0;min-width:100%;font-size:.95rem}
    caption{text-align:left;color:var(--soft);font-size:.85rem;padding-bottom:.3rem}
    th,td{padding:.4rem .8rem .4rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
    th:last-child,td:last-child{padding-right:.2rem}
    th{font-weight:500}
    thead th{color:var(--soft);font-size:.85rem;vertical-align:bottom}
    tbody th,tfoot th{position:sticky;left:0;background:var(--ground)}
    .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    thead .n{white-space:normal}
    .n a{color:inherit;text-decoration-color:var(--line);text-underline-offset:.2em}
    .n a:hover{color:var(--link);text-decoration-color:currentColor}
    .w{white-space:nowrap}
    .t{overflow-wrap:anywhere;min-width:7rem}
    .z{color:var(--soft)}
    tfoot th,tfoot td{border-bottom:0;font-weight:700}
    tfoot tr:first-child>*{border-top:2px solid var(--ink)}
    dl.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem;margin:1rem 0}
    dl.figures div{background:var(--tint);border-radius:.5rem;padding:.7rem .9rem}
    dl.figures dt{color:var(--soft);font-size:.85rem}
    dl.figures dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
    figure{margin:1rem 0}
    figcaption{color:var(--soft);font-size:.9rem}
    svg{display:block;width:100%;height:auto}
    svg text{fill:var(--soft);font-size:12px}
    svg .grid{stroke:var(--line)}
    svg .zero{stroke:var(--soft)}
    svg .one{fill:var(--one)}
    svg .two{fill:var(--two)}
    .key{display:flex;gap:1.2rem;flex-wrap:wrap;font-size:.9rem;margin:.2rem 0}
    .key i{display:inline-block;width:.8rem;height:.8rem;margin-right:.35rem;vertical-align:-.05rem}
    .key .one{background:var(--one)}
    .key .two{background:var(--two)}
    .reports{padding-left:1.2rem}
    @media(max-width:40rem){table{font-size:.82rem;line-height:20px}thead th{font-size:.76rem}th,td{padding:.35rem .5rem .35rem 0}}
    @media print{nav,form,.files{display:none}body{font-size:10pt}.scroll{overflow:visible}table{font-size:8.5pt}\
    thead{display:table-header-group}tr{break-inside:avoid}tbody th,tfoot th{position:static}a{color:inherit}\
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
    """
}
