/* A module from the header for any language of SWIG. Functions that write to a buffer have a sister that returns a string: the name
 * with _str at its end. */
%module xpay
%{
#include <xpayclient.h>
%}
%include <stdint.i>
%include <typemaps.i>
%apply size_t *OUTPUT { size_t *count };
%ignore xpay_recover;
%include <xpayclient.h>
