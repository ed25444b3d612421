// The shop's web application: says what is in stock, and takes orders. Its database's address is in
// the configuration file, the password in a file of its own: both are read again for each connection.
'use strict';
const fs = require('fs');
const http = require('http');
const os = require('os');
const { Pool } = require('pg');

const configuration = JSON.parse(fs.readFileSync('/etc/shop/config.json', 'utf8'));
const pool = new Pool({
  host: configuration.database,
  database: 'shop',
  user: 'shop',
  password: fs.readFileSync('/etc/shop-secret/password', 'utf8').trim(),
  max: 4,
  connectionTimeoutMillis: 3000,
  query_timeout: 3000,
});
pool.on('error', (error) => console.error('an idle connection broke:', error.message));

function greeting() {
  return JSON.parse(fs.readFileSync('/etc/shop/config.json', 'utf8')).greeting;
}

// Keeps a processor busy, so that there is something to scale for.
function work(milliseconds) {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) Math.sqrt(Math.random());
}

async function answer(request, url) {
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /':
      return { greeting: greeting(), pod: os.hostname(), version: process.env.SHOP_VERSION };
    case 'GET /healthz':
      return { ok: true };
    case 'GET /ready':
      await pool.query('SELECT 1');
      return { ok: true };
    case 'GET /orders': {
      const found = await pool.query('SELECT id, item FROM orders ORDER BY id');
      return found.rows;
    }
    case 'POST /orders': {
      const item = (url.searchParams.get('item') || 'nothing').slice(0, 100);
      const made = await pool.query('INSERT INTO orders (item) VALUES ($1) RETURNING id', [item]);
      return { id: made.rows[0].id, item };
    }
    case 'GET /work':
      work(Math.min(Number(url.searchParams.get('ms')) || 50, 1000));
      return { ok: true };
    default:
      return undefined;
  }
}

const server = http.createServer(async (request, response) => {
  request.resume();
  let status = 200;
  let body;
  try {
    body = await answer(request, new URL(request.url, 'http://shop'));
    if (body === undefined) [status, body] = [404, { error: 'there is no such page' }];
  } catch (error) {
    console.error(`${request.method} ${request.url}: ${error.message}`);
    [status, body] = [503, { error: 'the database does not answer' }];
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body) + '\n');
});
server.listen(8080, () => console.log('the shop is open on port 8080'));

// Requests under way are answered; new ones go to other pods.
process.on('SIGTERM', () => {
  server.close(() => pool.end().then(() => process.exit(0)));
  server.closeIdleConnections();
});
