/* On pages that show nothing live of their own: the count on the bell, and notices as they come. */
import { hear } from "./live.js";

hear("/notices/live");
