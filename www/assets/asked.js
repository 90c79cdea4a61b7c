// Whether the address asks for a report, before anything is painted: the form is a line then, and nothing jumps later.
if (/[?&]domain=[^&]/.test(location.search) || /^\/(r|report|sample)\//.test(location.pathname)) document.documentElement.className = "asked";
