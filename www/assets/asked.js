// Whether the address asks for a report, before anything is painted: the form is a line then, and nothing jumps later.
if (/[?&]domain=[^&]/.test(location.search) || location.pathname.startsWith("/r/")) document.documentElement.className = "asked";
