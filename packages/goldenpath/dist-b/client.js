import { n as reduce, r as EventsLostError, t as createClient } from "./src-dZ6NG-e5.js";
import { r as outgoingIn, t as emptyView } from "./view-CXcUV0sY.js";
export { EventsLostError, createClient, emptyView, outgoingIn, reduce };
