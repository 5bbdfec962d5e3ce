import signal
import sys

import psycopg2
from flask import Flask, jsonify

with open("/run/secrets/db-password", encoding="utf-8") as file:
    password = file.read().strip()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
db = psycopg2.connect(host="db", dbname="example", user="postgres", password=password)
db.autocommit = True
with db.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS blog (id SERIAL, title TEXT)")
    cursor.execute("INSERT INTO blog (title) VALUES ('Blog post #0')")

app = Flask(__name__)


@app.route("/")
def titles():
    with db.cursor() as cursor:
        cursor.execute("SELECT title FROM blog ORDER BY id")
        return jsonify([title for (title,) in cursor])


app.run(host="0.0.0.0", port=8000)
