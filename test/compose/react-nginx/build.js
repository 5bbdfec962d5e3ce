process.stdout.write(`<div id="root">built by Node ${process.versions.node.split(".")[0]}</div>\n`);
