"""What is asked of the provider."""

BODY = {
    "human_img": "https://shop.example/tryon/files/" + "p" * 150,
    "garm_img": "https://shop.example/tryon/files/" + "g" * 150,
    "garment_des": "white linen shirt",
    "category": "upper_body",
    "crop": False,
    "force_dc": False,
    "mask_only": False,
    "seed": 42,
    "steps": 30,
}
"""What the usual recipes and the bare loops send; as long as ours."""
