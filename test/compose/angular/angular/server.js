const http = require("node:http");
const framework = require("framework");

http.createServer((_request, response) => response.end(`served by ${framework}\n`)).listen(4200);
process.on("SIGTERM", () => process.exit(0));
