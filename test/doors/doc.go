// Package doors drives the whole program through all five dialects at once, over HTTP and TLS, with one small client for
// each interface: what one door orders every other door shows and charges alike, each refusal has the dialect's own code and
// changes nothing, and money holds under fire on both databases. Everything is in test files.
package doors
