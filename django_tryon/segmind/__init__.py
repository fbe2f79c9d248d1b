"""The wire: Segmind's API, as the pages and the public record describe it."""
