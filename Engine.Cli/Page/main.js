import { title } from "page/title.js";

document.querySelector("#page").textContent = title;
