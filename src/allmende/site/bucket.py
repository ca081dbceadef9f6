"""The buckets of baked pages and of pictures and documents, as the environment names them."""

from typing import Any

PAGES, MEDIA = "s3_bucket", "s3_media"  # settings

# A bucket that does not answer is given up after a quarter of a minute: the page is tried again
# later, and the next one need not wait for it.
PATIENCE = {"connect_timeout": 3, "read_timeout": 5, "retries": {"total_max_attempts": 2}}
BACKENDS = {PAGES: "storages.backends.s3.S3Storage", MEDIA: "allmende.site.media.Media"}


def storage(setting: dict[str, Any], kind: str = PAGES) -> dict[str, Any]:
    """The entry of Django's STORAGES. Keys are found as Amazon's own tools find them."""
    from botocore.config import Config  # 6 MB, for those who have a bucket

    endpoint = setting["s3_endpoint"] or None
    return {
        "BACKEND": BACKENDS[kind],
        "OPTIONS": {
            "bucket_name": setting[kind],
            "location": setting["s3_prefix"],
            "endpoint_url": endpoint,
            "region_name": setting["s3_region"] or None,
            "client_config": Config(
                **PATIENCE,
                max_pool_connections=20,
                s3={"addressing_style": "path" if endpoint else "auto"},
                # Newer checksums than MD5 are not understood by every server that speaks S3.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }


def address(setting: dict[str, Any], kind: str = PAGES) -> str:
    """Where a web server finds the objects, as https://host/bucket/prefix without a last slash."""
    bucket, prefix = setting[kind], setting["s3_prefix"].strip("/")
    region = setting["s3_region"]
    amazon = f"https://s3.{region}.amazonaws.com" if region else "https://s3.amazonaws.com"
    base = (setting["s3_endpoint"] or amazon).rstrip("/")
    return f"{base}/{bucket}/{prefix}".rstrip("/")
