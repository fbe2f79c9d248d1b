"""Draw plausible try-on pictures and clips with nothing but Pillow, numpy and PyAV.

No model is at work here: figures are told from their background, garments are cut out and laid
where the body is. It is meant to look right at a glance, and to be fast.
"""
