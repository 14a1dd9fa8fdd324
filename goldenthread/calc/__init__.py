"""Pure arithmetic: numbers and dates in, numbers and dates out."""
