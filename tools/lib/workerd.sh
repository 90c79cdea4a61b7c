#!/bin/sh
# workerd that ends with whoever started it, however that went: a killed parent gets no chance to end it. Where the system
# cannot do that (it takes Linux), it is workerd as it is.
if command -v setpriv >/dev/null 2>&1 && setpriv --pdeathsig KILL true 2>/dev/null; then
  exec setpriv --pdeathsig KILL -- "$WORKERD_PROGRAM" "$@"
fi
exec "$WORKERD_PROGRAM" "$@"
