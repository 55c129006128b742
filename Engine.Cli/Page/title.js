export const title = "Engine";
