// Everything the pages need, in small modules. Each finds its elements by a data attribute,
// also in fragments that arrive later, and each page works without any of them.
import "./boot.js";
import "./find.js";
import "./suggest.js";
import "./autosave.js";
import "./submit.js";
import "./counter.js";
import "./keys.js";
import "./undo.js";
import "./dialog.js";
import "./upload.js";
import "./filter.js";
import "./copy.js";
import "./table.js";
