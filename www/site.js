// What pages of text need: buttons that copy, and the widget's configurator where there is one. Everything else works without.

import { copyOnClick } from "./copy.js";
import { configure } from "./widget/configurator.js";

copyOnClick();
const configurator = document.getElementById("configurator");
if (configurator instanceof HTMLFormElement) configure(configurator);
