# The production image: the locked packages, the code, and the static files as they are served. No embedded PostgreSQL.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /site

COPY requirements.lock ./
RUN pip install --require-hashes --requirement requirements.lock

COPY . .
# The settings insist on both; collecting static files uses neither, and neither stays in the image.
RUN DATABASE_URL=postgres://unused/unused SECRET_KEY=unused python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q config municipalities agreements

# Published pages. A new volume mounted here takes its owner over.
ENV PAGES_ROOT=/pages
RUN install -d -m 700 -o 10001 -g 10001 /pages

USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "config/gunicorn.py", "--bind", "0.0.0.0:8000"]
