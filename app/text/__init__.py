"""Characters in, typed values out: folding, segmentation, numbers, dates, quantities."""
