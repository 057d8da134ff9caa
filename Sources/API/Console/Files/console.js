// What every page does: ages count on, copy buttons copy, and pages that say so keep themselves current.
import "./clock.js";
import { offerCopies } from "./copy.js";
import { keepCurrent } from "./refresh.js";

offerCopies();
keepCurrent();
