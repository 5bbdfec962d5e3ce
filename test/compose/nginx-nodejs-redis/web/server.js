const http = require("node:http");
const net = require("node:net");
const os = require("node:os");

/** One more visit: `INCR` in Redis's own protocol. */
function visit(done) {
  const redis = net.connect(6379, "redis", () => redis.write("INCR numVisits\r\n"));
  redis.once("data", (answer) => {
    redis.end();
    done(undefined, Number(String(answer).slice(1)));
  });
  redis.once("error", done);
}

http
  .createServer((_request, response) => {
    visit((error, count) => {
      response.statusCode = error ? 500 : 200;
      response.end(error ? String(error) : `${os.hostname()}: Number of visits is: ${count}\n`);
    });
  })
  .listen(5000);

process.on("SIGTERM", () => process.exit(0));
