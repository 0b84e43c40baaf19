/* Which sources the library was built from: `digest_of` in build.py, given by the build. */

const char *kernels_digest(void) { return KERNELS_DIGEST; }
